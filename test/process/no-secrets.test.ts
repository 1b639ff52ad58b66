import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import { FakeKeystone } from '../support/fake-keystone';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { type Answer, send } from '../support/wire';

/** Everything that a gateway logs, at the wordiest level, and everything that it answers to what it refuses. */
interface Heard {
  readonly text: () => string;
  readonly keep: (answer: Answer) => Answer;
  readonly log: ReturnType<typeof createLogger>;
}

function listening(): Heard {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLogger({
    level: 'debug',
    format: format.json(),
    transports: [new transports.Stream({ stream })],
  });
  const keep = (answer: Answer): Answer => {
    if (answer.status >= 400) lines.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  };
  return { text: () => lines.join('\n'), keep, log };
}

const password = 'pass-Word-4711';
const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
const badSignature = 'f00d'.repeat(16);

function auth(name: string, secret: string): object {
  const user = { name, domain: { id: 'default' }, password: secret };
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: 'alpha', domain: { id: 'default' } } },
    },
  };
}

/** Shows every kind of credential, right and wrong, on a path of every dialect. */
async function showAround(
  gateway: TestGateway,
  heard: Heard,
  shown: Record<string, string>[],
): Promise<void> {
  for (const path of [
    '/v2/images',
    '/v2/images/none/tags/t',
    '/v2/p/images/tags',
    '/v1/cloudimages/tags',
    '/v3/projects',
  ]) {
    for (const headers of shown) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        heard.keep(await send(gateway.port, method, path, { headers, body: { name: 5 } }));
      }
    }
  }
}

function expectNone(heard: Heard, secrets: readonly string[]): void {
  const text = heard.text();
  expect(text.length).toBeGreaterThan(1000);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    const telling = text.split('\n').filter((line) => line.includes(secret));
    expect(telling).toEqual([]);
  }
}

function signature(access: string, value: string): Record<string, string> {
  const authorization = `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=x-sdk-date, Signature=${value}`;
  return { Authorization: authorization, 'X-Sdk-Date': date };
}

test('with its own identity the gateway tells no password, token, secret key or signature', async () => {
  const heard = listening();
  const gateway = await startTestGateway({ log: heard.log });
  try {
    const { directory, accessKeys } = gateway.gateway.identity;
    const project = await directory.createProject({ name: 'alpha' });
    const user = await directory.createUser({ name: 'alice', password });
    await directory.setRoles(project.id, user.id, ['member']);
    const pair = await accessKeys.create(user.id, project.id);
    const temporary = await accessKeys.createTemporary(user.id, project.id, '2999-01-01T00:00:00.000000Z');
    const login = await send(gateway.port, 'POST', '/v3/auth/tokens', { body: auth('alice', password) });
    const token = String(login.headers['x-subject-token']);
    for (const secret of ['guess-1-of-many', 'guess-2-of-many']) {
      heard.keep(await send(gateway.port, 'POST', '/v3/auth/tokens', { body: auth('alice', secret) }));
    }
    const basic = Buffer.from(`alice:${password}`).toString('base64');
    await showAround(gateway, heard, [
      {},
      { 'X-Auth-Token': token },
      { 'X-Auth-Token': `${token}-made-up`, 'X-Service-Token': 'service-token-value' },
      { Authorization: `Basic ${basic}` },
      signature(pair.access, badSignature),
      { ...signature(temporary.access, badSignature), 'X-Security-Token': temporary.securityToken ?? '' },
    ]);
    expect(heard.text()).toContain(pair.access);
    expectNone(heard, [
      ...[password, 'guess-1-of-many', token, token.slice(10, 60), 'service-token-value', basic],
      ...[pair.secret, badSignature, temporary.secret, temporary.securityToken ?? ''],
    ]);
  } finally {
    await gateway.close();
  }
});

test('nor in front of a Keystone, also while that one is unwell', async () => {
  const heard = listening();
  const keystone = new FakeKeystone();
  await keystone.start();
  const gateway = await startTestGateway({
    log: heard.log,
    env: {
      TAGWAY_IDENTITY: 'keystone',
      TAGWAY_KEYSTONE_URL: keystone.url,
      TAGWAY_KEYSTONE_USER: keystone.serviceUser.name,
      TAGWAY_KEYSTONE_PASSWORD: keystone.serviceUser.password,
    },
  });
  try {
    const good = keystone.aToken();
    const shown = [
      { 'X-Auth-Token': good },
      { 'X-Auth-Token': 'no-such-token-1' },
      signature('AKAKAKAKAK', badSignature),
    ];
    await showAround(gateway, heard, shown);
    keystone.mood = { status: 500 };
    await showAround(gateway, heard, [{ 'X-Auth-Token': 'no-such-token-2' }]);
    expect(heard.text()).toContain('Keystone does not answer');
    const own = [...keystone.tokens.keys()];
    expectNone(heard, [
      ...own,
      'no-such-token-1',
      'no-such-token-2',
      badSignature,
      keystone.serviceUser.password,
    ]);
  } finally {
    await gateway.close();
    await keystone.stop();
  }
});
