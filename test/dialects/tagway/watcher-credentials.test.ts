import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamTimingsMs } from '../../../src/dialects/tagway/feed-stream';
import { testGateway } from '../../support/gateway';
import { keepSecret } from '../../support/secrets';
import { closeIdleSockets, send, signedHeaders } from '../../support/wire';
import { logIn, type Person, thePerson, tokenOf } from '../identity-v3/people';

/* Watchers with the gateway's own identity: each is cut when what it was opened with ends. */
const given = testGateway();
afterAll(closeIdleSockets);
const checkMs = 100;
beforeAll(() => Object.assign(streamTimingsMs, { check: checkMs }));

const pathOf = ({ project }: Person) => `/tags/v1/projects/${project}/changes`;
const directory = () => given().gateway.identity.directory;

interface Watcher {
  readonly request: ClientRequest;
  readonly ended: () => boolean;
}

/** Resolves with the first bytes of the stream. */
function watch(person: Person, headers: Readonly<Record<string, string>>): Promise<Watcher> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: '127.0.0.1', port: given().port, path: pathOf(person) },
      headers: { ...headers, accept: 'text/event-stream' },
    });
    let isEnded = false;
    asked.on('response', (response) => {
      response.on('end', () => (isEnded = true));
      if (response.statusCode === 200) {
        response.once('data', () => {
          resolve({ request: asked, ended: () => isEnded });
        });
      } else reject(new Error(String(response.statusCode)));
      response.resume();
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** How a stream is opened, and what ends it. */
type Case = (
  person: Person,
) => Promise<{ readonly headers: Record<string, string>; readonly end: () => Promise<unknown> }>;

const byToken =
  (end: (person: Person, token: string) => Promise<unknown>): Case =>
  async (person) => {
    const token = await tokenOf(given(), person);
    return { headers: { 'x-auth-token': token }, end: () => end(person, token) };
  };

const byApplicationCredential: Case = async (person) => {
  const token = await tokenOf(given(), person);
  const path = `/v3/users/${person.id}/application_credentials`;
  const made = await send(given().port, 'POST', path, {
    token,
    body: { application_credential: { name: 'w' } },
  });
  const { id, secret } = made.json<{ application_credential: { id: string; secret: string } }>()
    .application_credential;
  keepSecret(secret);
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const own = String((await logIn(given(), { auth: { identity } })).headers['x-subject-token']);
  return {
    headers: { 'x-auth-token': own },
    end: () => send(given().port, 'DELETE', `${path}/${id}`, { token }),
  };
};

const byAccessKey: Case = async (person) => {
  const { accessKeys } = given().gateway.identity;
  const pair = await accessKeys.create(person.id, person.project);
  keepSecret(pair.secret);
  return {
    headers: signedHeaders(pair, 'GET', pathOf(person), given().port, Buffer.alloc(0)),
    end: () => accessKeys.delete(pair.access),
  };
};

const cases: readonly (readonly [string, Case])[] = [
  [
    'its token is revoked',
    byToken((_, token) =>
      send(given().port, 'DELETE', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': token } }),
    ),
  ],
  ['the role is lost', byToken(({ project, id }) => directory().setRoles(project, id, []))],
  ['the user is disabled', byToken(({ id }) => directory().setUserEnabled(id, false))],
  ['the password is changed', byToken(({ id }) => directory().setPassword(id, 'another word'))],
  ['the application credential is deleted', byApplicationCredential],
  ['the access key is deleted', byAccessKey],
];

test.each(cases)('a stream is cut when %s, and no other one', async (name, makeCase) => {
  const person = await thePerson(given(), `cut when ${name}`, 'member');
  const other = await thePerson(given(), 'untouched', 'member');
  const { headers, end } = await makeCase(person);
  const stream = await watch(person, headers);
  const control = await watch(other, { 'x-auth-token': await tokenOf(given(), other) });
  await sleep(3 * checkMs);
  expect(stream.ended()).toBe(false);
  await end();
  for (let wait = 0; wait < 200 && !stream.ended(); wait++) await sleep(20);
  await sleep(2 * checkMs);
  expect([stream.ended(), control.ended()]).toEqual([true, false]);
  control.request.on('error', () => undefined).destroy();
});
