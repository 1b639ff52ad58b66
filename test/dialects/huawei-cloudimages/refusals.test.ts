import { randomUUID } from 'node:crypto';
import { Unavailable } from '../../../src/core/errors';
import type { Visibility } from '../../../src/core/image';
import type { AuthFault } from '../../../src/identity/errors';
import { aCaller, testGateway } from '../../support/gateway';
import { expectApigw, expectDone, expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send, type Sent } from '../../support/wire';
import { allowed } from '../../support/allowed';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

// Every row has its body, were it undefined: jest gives a test with one argument more than its row a callback.
const writes: [name: string, method: string, path: (id: string) => string, body: (id: string) => unknown][] =
  [
    ['T7', 'DELETE', (id) => `/v1/${alpha}/cloudimages/${id}/tags/delete`, () => ({ tags: [{ key: 'a' }] })],
    ['T8', 'PUT', () => '/v1/cloudimages/tags', (id) => ({ image_id: id, tag: 'a.1' })],
  ];
const reads: typeof writes = [
  ['T9', 'GET', () => '/v1/cloudimages/tags', () => undefined],
  ['the image list', 'GET', () => '/v2/cloudimages', () => undefined],
  ['the quota', 'GET', () => '/v1/cloudimages/quota', () => undefined],
];
const neighbours: typeof writes = [
  ['changing an image', 'PATCH', (id) => `/v2/cloudimages/${id}`, () => []],
  ['registering', 'POST', () => '/v2/cloudimages/action', () => ({})],
  ['importing', 'POST', () => '/v2/cloudimages/quickimport/action', () => ({})],
  ['a job', 'GET', () => `/v1/${alpha}/jobs/0`, () => undefined],
  ['sharing', 'POST', () => '/v1/cloudimages/members', () => ({})],
  ['unsharing', 'DELETE', () => '/v1/cloudimages/members', () => ({})],
  ['accepting', 'PUT', () => '/v1/cloudimages/members', () => ({})],
];

async function anImage(visibility: Visibility = 'private', projectId = alpha): Promise<string> {
  const owner = aCaller(projectId, { accessLevel: 'admin' });
  return (await given().gateway.images.create(owner, { visibility, tags: ['a'] }, 128)).imageId;
}

const ask = (method: string, path: string, body: unknown, more: Sent = { token: 'alice' }): Promise<Answer> =>
  send(given().port, method, path, { ...more, ...(body === undefined ? {} : { body }) });

describe('who calls', () => {
  test.each([...writes, ...reads, ...neighbours])(
    '%s without credentials is 401 in the form of the gateway',
    async (_, method, path, body) => {
      const id = randomUUID();
      expectApigw(await ask(method, path(id), body(id), {}), 401, 'APIGW.0301', /x-auth-token not found$/);
      const wrong = await ask(method, path(id), body(id), { token: 'wrong' });
      expectApigw(wrong, 401, 'APIGW.0301', /decrypt token fail$/);
    },
  );

  test.each([
    ['GET', '/v1/cloudimages/nothing'],
    ['POST', '/v1/cloudimages/tags'],
    ['GET', '/v2/cloudimages/%FF'],
    ['GET', '/v1/any/thing'],
  ])('%s %s is 401 before it is anything else', async (method, path) => {
    expectApigw(await ask(method, path, undefined, {}), 401, 'APIGW.0301');
  });

  test.each([...writes, ...reads])('%s is open to an admin', async (_, method, path, body) => {
    const id = await anImage();
    expect([200, 204]).toContain((await ask(method, path(id), body(id), { token: 'admin' })).status);
  });

  test.each(writes)('%s by a reader is 403', async (_, method, path, body) => {
    const id = await anImage();
    expectIms(await ask(method, path(id), body(id), { token: 'reader-user' }), 403, 'IMG.0026');
  });

  test.each(reads)('%s is open to a reader, and not to unknown roles', async (_, method, path, body) => {
    expect((await ask(method, path(''), body(''), { token: 'reader-user' })).status).toBe(200);
    expectIms(await ask(method, path(''), body(''), { token: 'nobody' }), 403, 'IMG.0026');
  });

  test('T7 and jobs want the caller’s own project, and one that can be one', async () => {
    const id = await anImage();
    const tags = [{ key: 'a' }];
    const at = (project: string): string => `/v1/${project}/cloudimages/${id}/tags/delete`;
    expectIms(await ask('DELETE', at(beta), { tags }), 403, 'IMG.0030');
    expectIms(await ask('DELETE', at(alpha), { tags }, { token: 'unscoped' }), 403, 'IMG.0030');
    expectIms(await ask('DELETE', at('a.b'), { tags }), 400, 'IMG.0067');
    expectIms(await ask('DELETE', at('x'.repeat(65)), { tags }), 400, 'IMG.0067');
    expectIms(await ask('DELETE', at('%FF'), { tags }), 400, 'IMG.0017');
    expectIms(await ask('GET', `/v1/${beta}/jobs/0`, undefined), 403, 'IMG.0030');
    expect((await given().gateway.images.show(aCaller(alpha), id)).tags).toHaveLength(1);
  });
});

describe('an image of another project', () => {
  test.each(writes)('%s on one that is visible is 403, on others 404', async (_, method, path, body) => {
    for (const visibility of ['public', 'community'] as const) {
      const id = await anImage(visibility, beta);
      expectIms(await ask(method, path(id), body(id)), 403, 'IMG.0047');
    }
    for (const visibility of ['private', 'shared'] as const) {
      const id = await anImage(visibility, beta);
      expectIms(await ask(method, path(id), body(id)), 404, 'IMG.0144');
    }
  });

  test('T8 has no project in its path, so an admin reaches every image', async () => {
    const id = await anImage('private', beta);
    expectDone(
      await ask('PUT', '/v1/cloudimages/tags', { image_id: id, tag: 'by.admin' }, { token: 'admin' }),
    );
  });
});

test.each(writes)('%s works on a protected and on a deactivated image', async (_, method, path, body) => {
  for (const change of [{ protected: true }, { status: 'deactivated' } as const]) {
    const id = await anImage();
    await given().gateway.images.change(aCaller(alpha), id, 'modify_image', () => change);
    expectDone(await ask(method, path(id), body(id)));
  }
});

describe('what IMS has beyond this is 404 in the form of the gateway', () => {
  test.each([
    ['GET', '/v1/cloudimages'],
    ['GET', '/v1/cloudimages/'],
    ['DELETE', `/v1/cloudimages/job/${randomUUID()}`],
    ['GET', '/v1/cloudimages/job'],
    ['GET', `/v2/cloudimages/${randomUUID()}`],
    ['DELETE', `/v2/cloudimages/${randomUUID()}`],
    ['POST', '/v2/cloudimages'],
    ['POST', '/v1/cloudimages/os_version'],
    ['GET', `/v1/cloudimages/${randomUUID()}/file`],
    ['GET', '/v2/cloudimages/'],
    ['POST', '/v1/cloudimages/tags'],
    ['DELETE', '/v1/cloudimages/tags'],
    ['GET', '/v1/cloudimages/members'],
    ['GET', `/v1/${alpha}/cloudimages/${randomUUID()}/tags`],
    ['POST', `/v1/${alpha}/cloudimages/${randomUUID()}/tags/delete`],
    ['GET', `/v1/${alpha}/jobs`],
    ['DELETE', `/v1/${alpha}/jobs/${randomUUID()}`],
    ['GET', `/v1/${alpha}/anything`],
    ['OPTIONS', '/v2/cloudimages'],
  ])('%s %s', async (method, path) => {
    expectApigw(await ask(method, path, undefined), 404, 'APIGW.0101');
  });

  test('HEAD too', async () => {
    expect((await ask('HEAD', '/v2/cloudimages', undefined)).status).toBe(404);
  });
});

test.each(['/v1', '/v1/', '/v1/images/x/tags/y', '/v1/thing'])('%s is Glance’s to answer', async (path) => {
  expect((await ask('GET', path, undefined)).status).toBe(300);
});

describe('bodies', () => {
  const post = (path: string, method: string, body: string): Promise<Response> =>
    fetch(`${given().url}${path}`, { method, headers: { 'X-Auth-Token': 'alice' }, body });

  test.each([
    ['PUT', '/v1/cloudimages/tags', '{', 400, 'IMG.0001'],
    ['PUT', '/v1/cloudimages/tags', '{"__proto__":{"tag":"a.b"}}', 400, 'IMG.0001'],
    ['POST', '/v2/cloudimages/action', `"${'x'.repeat(1024 * 1024)}"`, 413, 'APIGW.0201'],
    ['PATCH', `/v2/cloudimages/${randomUUID()}`, 'null', 400, 'IMG.0001'],
    ['DELETE', `/v1/${alpha}/cloudimages/${randomUUID()}/tags/delete`, '{"tags":', 400, 'IMG.0001'],
  ])('%s %s with %.40s', async (method, path, body, status, code) => {
    const answer = await post(path, method, body);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(code)]);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each(['PUT', 'POST', 'DELETE'])('%s of a long list is refused in no time', async (method) => {
    const begun = performance.now();
    const list = `[${'{"key":"a"},'.repeat(80_000)}{}]`;
    const body = `{"tags":${list},"image_tags":[],"instance_id":"x","name":"x","images":[1]}`;
    const paths = {
      PUT: '/v1/cloudimages/members',
      POST: '/v2/cloudimages/action',
      DELETE: `/v1/${alpha}/cloudimages/${randomUUID()}/tags/delete`,
    };
    const answer = await post(paths[method as keyof typeof paths], method, body);
    expect(answer.status).toBe(400);
    expect(performance.now() - begun).toBeLessThan(allowed(2_000));
  });
});

describe('when identity answers otherwise', () => {
  let next: () => Promise<{ fault: AuthFault }>;
  const failing = testGateway({ replace: { authenticator: { authenticate: () => next() } } });
  const tags = (): Promise<Answer> => send(failing().port, 'GET', '/v1/cloudimages/tags');

  test.each([
    ['token-expired', /: token expires$/],
    ['signature-wrong', /: verify aksk signature fail$/],
    ['signature-expired', /: calc ak sk signature fail: signature expired$/],
    ['key-unknown', /: Get secretKey failed$/],
    ['signed-body-too-large', /: calc aksk signature fail:body too large$/],
  ] as const)('%s is 401 with the words of IAM', async (fault, words) => {
    next = () => Promise.resolve({ fault });
    expectApigw(await tags(), 401, 'APIGW.0301', words);
  });

  test('away is 503 with Retry-After, a fault of our own 500', async () => {
    next = () => Promise.reject(new Unavailable('away', 'not-done'));
    const away = await tags();
    expectIms(away, 503, 'IMG.0061');
    expect(away.headers['retry-after']).toBe('1');
    next = () => Promise.reject(new Error('secret detail'));
    const broken = await tags();
    expectIms(broken, 500, 'IMG.0061');
    expect(broken.text).not.toContain('secret');
  });
});
