import { createLogger, transports } from 'winston';
import { randomUUID } from 'node:crypto';
import Transport from 'node:stream';
import type { AuthFault } from '../../../src/identity/errors';
import { Unavailable } from '../../../src/core/errors';
import { testGateway } from '../../support/gateway';
import { expectApigw, expectIms, expectRequestId, taggedImages } from '../../support/huawei';
import { alpha, callers, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send, type Sent } from '../../support/wire';
import { allowed } from '../../support/allowed';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { anImage } = taggedImages(given);

const ask = (method: string, path: string, sent: Sent): Promise<Answer> =>
  send(given().port, method, `/v2/${alpha}/images${path}`, sent);

describe('routes', () => {
  test.each([
    ['GET', ''],
    ['GET', '/'],
    ['POST', ''],
    ['GET', `/${randomUUID()}`],
    ['PUT', `/${randomUUID()}/tags`],
    ['DELETE', `/${randomUUID()}/tags`],
    ['DELETE', `/${randomUUID()}/tags/`],
    ['DELETE', `/${randomUUID()}/tags/a/b`],
    ['GET', `/${randomUUID()}/tags/`],
    ['GET', `/${randomUUID()}/tags/a`],
    ['PUT', `/${randomUUID()}/tags/a`],
    ['GET', `/${randomUUID()}/tags/action`],
    ['POST', '/tags'],
    ['GET', '/resource_instances/action'],
    ['POST', '/resource_instances/Action'],
    ['GET', '/TAGS'],
    ['HEAD', '/tags'],
    ['OPTIONS', '/tags'],
    ['PATCH', `/${randomUUID()}`],
  ])('%s %s is not offered: 404 in the form of the gateway', async (method, path) => {
    const answer = await ask(method, path, { token: 'alice' });
    if (method !== 'HEAD') expectApigw(answer, 404, 'APIGW.0101');
    expect(answer.status).toBe(404);
  });

  test.each(['/v2/a.b/images/tags', `/v2/${'x'.repeat(65)}/images/tags`, `/v2/${alpha}/imagesX/tags`])(
    '%s is no path of this dialect',
    async (path) => {
      const answer = await send(given().port, 'GET', path, { token: 'alice' });
      expect([answer.status, answer.headers['x-request-id']]).toEqual([404, undefined]);
    },
  );

  test.each(['schemas', 'images', 'cloudimages', 'metadefs'])('no project is called %s', async (word) => {
    const answer = await send(given().port, 'GET', `/v2/${word}/images/tags`, { token: 'admin' });
    expect(answer.status).toBe(404);
  });

  test('doubled slashes and escaped letters are the same path', async () => {
    const path = `/v2//${alpha}/%69mages//tags`;
    expect((await send(given().port, 'GET', path, { token: 'alice' })).status).toBe(200);
  });

  test('a query is ignored where none is known', async () => {
    expect((await ask('GET', '/tags?limit=nonsense', { token: 'alice' })).status).toBe(200);
  });
});

describe('bodies', () => {
  const path = `/${randomUUID()}/tags/action`;
  const raw = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    fetch(`${given().url}/v2/${alpha}/images${path}`, {
      method: 'POST',
      headers: { 'X-Auth-Token': 'alice', 'Content-Type': 'application/json', ...headers },
      body,
    }).then(async (response) => {
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        json: () => JSON.parse(text) as never,
      };
    });

  test('none at all is IMG.0007', async () => {
    expectIms(await ask('POST', path, { token: 'alice' }), 400, 'IMG.0007');
  });

  test.each([
    ['half an object', '{"action":'],
    ['two values', '{} {}'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a __proto__ member', '{"action":"delete","tags":[{"key":"a","__proto__":{}}]}'],
    ['NaN', 'NaN'],
  ])('%s is IMG.0001', async (_, body) => {
    expectIms(await raw(body), 400, 'IMG.0001');
  });

  test('a content encoding is refused, not inflated', async () => {
    expectIms(await raw('{}', { 'Content-Encoding': 'gzip' }), 400, 'IMG.0001');
  });

  test('more than 2 MiB is 413 in the form of the gateway', async () => {
    const answer = await raw(`{"action":"${'x'.repeat(2 * 1024 * 1024)}"}`);
    expectApigw(answer, 413, 'APIGW.0201');
  });

  test('the longest list that fits is refused in no time', async () => {
    const begun = performance.now();
    const entry = '{"key":"a"}';
    expectIms(
      await raw(`{"action":"delete","tags":[${`${entry},`.repeat(150_000)}${entry}]}`),
      400,
      'IMG.0001',
    );
    expect(performance.now() - begun).toBeLessThan(allowed(2_000));
  });
});

describe('when identity answers otherwise', () => {
  const faults: [AuthFault, RegExp][] = [
    ['missing', /: x-auth-token not found$/],
    ['token-invalid', /: decrypt token fail$/],
    ['token-expired', /: token expires$/],
    ['signature-malformed', /: verify aksk signature fail/],
    ['signature-wrong', /: verify aksk signature fail$/],
    ['signature-expired', /: calc ak sk signature fail: signature expired$/],
    ['key-unknown', /: Get secretKey failed$/],
    ['signed-body-too-large', /: calc aksk signature fail:body too large$/],
    ['not-in-project', /project/],
  ];
  let next: () => Promise<{ fault: AuthFault }>;
  const logged: unknown[] = [];
  const stream = new Transport.Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logged.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const failing = testGateway({
    replace: { authenticator: { authenticate: () => next() } },
    log: createLogger({ transports: [new transports.Stream({ stream })] }),
  });
  const tags = (): Promise<Answer> => send(failing().port, 'GET', `/v2/${alpha}/images/tags`);

  test.each(faults)('%s is 401 with the words of IAM', async (fault, words) => {
    next = () => Promise.resolve({ fault });
    expectApigw(await tags(), 401, 'APIGW.0301', words);
  });

  test('away is 503 with Retry-After', async () => {
    next = () => Promise.reject(new Unavailable('away', 'not-done'));
    const answer = await tags();
    expectIms(answer, 503, 'IMG.0061');
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('a fault of our own is 500 in the form of IMS, says nothing of itself and is logged', async () => {
    next = () => Promise.reject(new Error('secret detail'));
    const answer = await tags();
    expectIms(answer, 500, 'IMG.0061');
    expect(answer.text).not.toContain('secret');
    expect(JSON.stringify(logged)).toContain('secret detail');
  });
});

test('a database that does not answer in time is 503 with Retry-After, and nothing is changed', async () => {
  const { database, port } = given();
  const id = await anImage(['a']);
  const path = `/v2/${alpha}/images/${id}/tags`;
  await database.transaction(async (client) => {
    await client.query({ text: 'lock table image_tags in access exclusive mode' }, []);
    const answer = await send(port, 'DELETE', `${path}/a`, { token: 'alice' });
    expectIms(answer, 503, 'IMG.0061');
    expect(answer.headers['retry-after']).toBe('1');
  });
  expect((await send(port, 'GET', path, { token: 'alice' })).json()).toEqual({
    tags: [{ key: 'a', value: '' }],
  });
});

test('every answer has an id of its own', async () => {
  const answers = await Promise.all(Object.keys(callers).map((token) => ask('GET', '/tags', { token })));
  answers.forEach(expectRequestId);
  expect(new Set(answers.map(({ headers }) => headers['x-request-id'])).size).toBe(answers.length);
});
