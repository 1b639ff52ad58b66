import { randomUUID } from 'node:crypto';
import type { Visibility } from '../../../src/core/image';
import { aCaller, testGateway } from '../../support/gateway';
import { expectApigw, expectDone, expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send, type Sent } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

/** Every operation of the dialect, on one image. */
// Every row has its body, were it undefined: jest gives a test with one argument more than its row a callback.
const operations: [name: string, method: string, path: (id: string) => string, body: unknown][] = [
  ['T1', 'POST', (id) => `/${id}/tags`, { tag: { key: 'a', value: '1' } }],
  ['T2', 'GET', (id) => `/${id}/tags`, undefined],
  ['T3', 'DELETE', (id) => `/${id}/tags/a`, undefined],
  ['T4 create', 'POST', (id) => `/${id}/tags/action`, { action: 'create', tags: [{ key: 'a', value: '1' }] }],
  ['T4 delete', 'POST', (id) => `/${id}/tags/action`, { action: 'delete', tags: [{ key: 'a' }] }],
  ['T5', 'GET', () => '/tags', undefined],
  ['T6', 'POST', () => '/resource_instances/action', { action: 'count' }],
];
const onAnImage = operations.filter(([name]) => name !== 'T5' && name !== 'T6');
const writes = onAnImage.filter(([name]) => name !== 'T2');

async function anImage(visibility: Visibility = 'private', projectId = alpha): Promise<string> {
  const owner = aCaller(projectId, { accessLevel: 'admin' });
  const { imageId } = await given().gateway.images.create(owner, { visibility, tags: ['a'] }, 128);
  return imageId;
}

function ask(method: string, path: string, sent: Sent, project = alpha): Promise<Answer> {
  return send(given().port, method, `/v2/${project}/images${path}`, sent);
}

function bodyOf(body: unknown): Sent {
  return body === undefined ? {} : { body };
}

describe('who calls', () => {
  test.each(operations)(
    '%s without credentials is 401 in the form of the gateway',
    async (_, method, path, body) => {
      const answer = await ask(method, path(randomUUID()), bodyOf(body));
      expectApigw(answer, 401, 'APIGW.0301', /x-auth-token not found$/);
    },
  );

  test('401 comes before unknown paths, wrong methods, bad paths and bad bodies', async () => {
    const wrong: [string, string, Sent][] = [
      ['GET', '/nothing/of/the/kind', {}],
      ['PATCH', `/${randomUUID()}/tags`, {}],
      ['DELETE', '/%FF/tags/%00', {}],
      ['POST', '/none/tags', { body: 'bad' }],
    ];
    for (const [method, path, sent] of wrong) {
      expectApigw(await ask(method, path, sent), 401, 'APIGW.0301');
      expectApigw(
        await ask(method, path, { ...sent, token: 'wrong' }),
        401,
        'APIGW.0301',
        /decrypt token fail$/,
      );
    }
  });

  test.each(operations)('%s in a project that is not the caller’s is 403', async (_, method, path, body) => {
    const id = await anImage('public', beta);
    expectIms(await ask(method, path(id), { token: 'alice', ...bodyOf(body) }, beta), 403, 'IMG.0030');
  });

  test.each(['unscoped', 'domain', 'system'])('a token of %s scope reaches no project', async (token) => {
    for (const [, method, path, body] of operations) {
      expectIms(await ask(method, path(await anImage()), { token, ...bodyOf(body) }), 403, 'IMG.0030');
    }
  });

  test.each(operations)('%s is open to an admin in any project', async (_, method, path, body) => {
    const answer = await ask(method, path(await anImage()), { token: 'admin', ...bodyOf(body) });
    expect([200, 204]).toContain(answer.status);
  });

  test.each(writes)(
    '%s by a reader is 403, on the own image, whatever its tags',
    async (_, method, path, body) => {
      const id = await anImage();
      expectIms(await ask(method, path(id), { token: 'reader-user', ...bodyOf(body) }), 403, 'IMG.0026');
    },
  );

  test('a reader reads', async () => {
    const id = await anImage();
    for (const [name, method, path, body] of operations.filter(([name]) => /T[256]/.test(name))) {
      const answer = await ask(method, path(id), { token: 'reader-user', ...bodyOf(body) });
      expect([name, answer.status]).toEqual([name, 200]);
    }
  });

  test('unknown roles alone read nothing but what is public', async () => {
    const own = await anImage('private');
    const open = await anImage('public');
    for (const [, method, path, body] of operations) {
      expectIms(await ask(method, path(own), { token: 'nobody', ...bodyOf(body) }), 403, 'IMG.0026');
    }
    expect((await ask('GET', `/${open}/tags`, { token: 'nobody' })).status).toBe(200);
  });
});

describe('an image of another project', () => {
  test.each(writes)(
    '%s on one that is visible is 403 for who is not its owner',
    async (_, method, path, body) => {
      for (const visibility of ['public', 'community'] as const) {
        const id = await anImage(visibility, beta);
        expectIms(await ask(method, path(id), { token: 'alice', ...bodyOf(body) }), 403, 'IMG.0047');
        expect((await given().gateway.images.show(aCaller(beta), id)).tags).toHaveLength(1);
      }
    },
  );

  test.each(onAnImage)('%s on one that is not visible is 404', async (_, method, path, body) => {
    for (const visibility of ['private', 'shared'] as const) {
      const id = await anImage(visibility, beta);
      expectIms(await ask(method, path(id), { token: 'alice', ...bodyOf(body) }), 404, 'IMG.0144');
    }
  });

  test('shows its tags when it is visible', async () => {
    const answer = await ask('GET', `/${await anImage('public', beta)}/tags`, { token: 'alice' });
    expect(answer.json()).toEqual({ tags: [{ key: 'a', value: '' }] });
  });

  test('is 404 for an admin in a project that it is not of, as for that project’s own people', async () => {
    const id = await anImage('private', beta);
    expectIms(await ask('GET', `/${id}/tags`, { token: 'admin' }), 404, 'IMG.0144');
  });
});

test.each(writes)('%s works on a protected and on a deactivated image', async (_, method, path, body) => {
  for (const change of [{ protected: true }, { status: 'deactivated' } as const]) {
    const id = await anImage();
    await given().gateway.images.change(aCaller(alpha), id, 'modify_image', () => change);
    expectDone(await ask(method, path(id), { token: 'alice', ...bodyOf(body) }));
  }
});
