import { imageSchema } from '../../../src/dialects/openstack-images/schemas';
import { exchange } from '../../support/golden-runner/raw-exchange';
import { readRecording } from '../../support/golden-runner/recording';
import { alpha } from '../../support/test-authenticator';
import type { Answer } from '../../support/wire';
import type { Divergences, DivergenceSite } from './divergence-site';

/** Lines of a request as bytes, for what no client library would send. */
const raw = (...lines: string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');

export function expectPage(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(answer.json()).toEqual({
    message: expect.stringContaining('<br />'),
    code: expect.stringMatching(`^${String(status)} `),
    title: expect.any(String),
  });
}

const asJson = { headers: { Accept: 'application/json' } };

/** A schema without the texts that are for people; `description` is also the name of a property. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, inner]) => name !== 'description' || typeof inner !== 'string',
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutDescriptions(inner)]));
}

/** Which requests are understood, and which are granted. */
export function divergencesOfRequests({
  port,
  ask,
  create,
  tagsOf,
  put,
  remove,
}: DivergenceSite): Divergences {
  return {
    D2: {
      '_method in a query does not make a POST a PUT, nor a GET a DELETE': async () => {
        const id = await create();
        const posted = await ask('POST', `/v2/images/${id}/tags/red?_method=PUT`);
        expect([posted.status, posted.headers.allow]).toEqual([405, 'PUT, DELETE']);
        expect((await ask('GET', `/v2/images/${id}?_method=DELETE`)).status).toBe(200);
        expect(await tagsOf(id)).toEqual([]);
      },
    },

    D3: {
      'NUL and ill-formed UTF-8 in a path are 400 in the ordinary form': async () => {
        const id = await create();
        for (const bad of ['%00', 'a%00b', '%FF', '%C3', '%ED%A0%80']) {
          expectPage(await put(id, bad, asJson), 400);
        }
        expectPage(await remove(id, '%FF', asJson), 400);
        expect(await tagsOf(id)).toEqual([]);
      },
      'NUL, half a surrogate pair and a list in a body are 400': async () => {
        for (const body of [
          { tags: ['a\u0000'] },
          { name: '\ud83d' },
          { a: '\u0000' },
          { 'a\u0000': 'b' },
          [],
        ]) {
          expectPage(await ask('POST', '/v2/images', { body, ...asJson }), 400);
        }
      },
      'a request id of 65 characters is 400 under an id of our own; one of 64 is taken': async () => {
        const id = await create();
        const headers = (length: number) => ({
          Accept: 'application/json',
          'X-Openstack-Request-Id': `req-${'a'.repeat(length - 4)}`,
        });
        expectPage(await put(id, 'red', { headers: headers(65) }), 400);
        expect(await tagsOf(id)).toEqual([]);
        const taken = await put(id, 'red', { headers: headers(64) });
        expect(taken.headers['x-openstack-request-id']).toBe(headers(64)['X-Openstack-Request-Id']);
      },
    },

    D4: {
      'a refused POST leaves no image': async () => {
        const id = '0d400000-0000-4000-8000-000000000004';
        const tags = Array.from({ length: 129 }, (_, index) => String(index));
        expect((await ask('POST', '/v2/images', { body: { id, tags } })).status).toBe(413);
        expect((await ask('GET', `/v2/images/${id}`)).status).toBe(404);
        expect((await ask('POST', '/v2/images', { body: { id } })).status).toBe(201);
      },
      'a refused PATCH leaves the image as it was, its first changes too': async () => {
        const id = await create({ name: 'before', tags: ['a'] });
        const before = (await ask('GET', `/v2/images/${id}`)).text;
        const body = [
          { op: 'replace', path: '/name', value: 'after' },
          { op: 'replace', path: '/tags', value: ['x'.repeat(256)] },
        ];
        const headers = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
        expect((await ask('PATCH', `/v2/images/${id}`, { body, headers })).status).toBe(400);
        expect((await ask('GET', `/v2/images/${id}`)).text).toBe(before);
      },
    },

    D11: {
      'a reader reads and does not write': async () => {
        const id = await create({ tags: ['a'] });
        const token = 'reader-user';
        expect((await ask('GET', `/v2/images/${id}`, { token })).status).toBe(200);
        expect((await put(id, 'b', { token })).status).toBe(403);
        expect((await remove(id, 'a', { token })).status).toBe(403);
        expect((await ask('POST', '/v2/images', { token, body: {} })).status).toBe(403);
        expect(await tagsOf(id)).toEqual(['a']);
      },
      'tokens of a domain or of the system change no image of a project': async () => {
        const id = await create({ tags: ['a'] });
        for (const token of ['domain', 'system', 'unscoped', 'bob']) {
          for (const change of [await put(id, 'b', { token }), await remove(id, 'a', { token })]) {
            expect([403, 404]).toContain(change.status);
          }
        }
        expect(await tagsOf(id)).toEqual(['a']);
      },
    },

    D12: {
      "what Node's parser refuses is 4xx, and the connection is closed": async () => {
        const id = await create();
        const target = `/v2/images/${id}/tags/red`;
        const token = 'X-Auth-Token: alice';
        const refused: [number, Buffer][] = [
          [400, raw(`FOO ${target} HTTP/1.1`, token)],
          [400, raw(`Put ${target} HTTP/1.1`, token)],
          [400, raw(`PUT ${target}\xc3\xa9 HTTP/1.1`, token)],
          [400, raw(`PUT ${target} HTTP/1.1`, token, 'Content-Length: abc')],
          [400, raw(`PUT ${target} HTTP/1.1`, token, 'Content-Length: 1', 'Transfer-Encoding: chunked')],
          [431, raw(`PUT ${target} HTTP/1.1`, token, `X-Long: ${'x'.repeat(20_000)}`)],
        ];
        for (const [status, bytes] of refused) {
          const answer = await exchange(port(), bytes, 'PUT');
          expect([answer.status, await answer.connection]).toEqual([status, 'closed']);
        }
        expect(await tagsOf(id)).toEqual([]);
      },
    },

    D13: {
      'unknown top-level paths are 300 with the versions': async () => {
        for (const path of ['/', '/nonsense', '/v1/images', '/v9/images', '/v30']) {
          const answer = await ask('GET', path);
          expect([path, answer.status]).toEqual([path, 300]);
          expect(answer.json()).toHaveProperty('versions.0.status', 'CURRENT');
        }
      },
      'paths of the other surfaces are theirs': async () => {
        for (const path of [
          '/v3',
          '/healthz',
          '/metrics',
          '/v1/cloudimages/tags',
          `/v2/${alpha}/images/tags`,
        ]) {
          expect([path, (await ask('GET', path)).status]).toEqual([path, 200]);
        }
      },
    },

    D16: {
      'the schemas are those that were recorded, save for descriptions, and every field has one':
        async () => {
          const { cases } = readRecording('glance-default');
          for (const path of ['/v2/schemas/image', '/v2/schemas/images']) {
            const recorded = cases.find(({ id }) => id === `path.get.${path}`)?.response.body;
            const ours = (await ask('GET', path)).json();
            // Divergence D25 has more formats of disks.
            const theirs = JSON.parse(
              (recorded ?? '').replace('"ploop"', '"ploop", "zvhd2", "zvhd", "qcow", "qed"'),
            ) as unknown;
            expect(withoutDescriptions(ours)).toEqual(withoutDescriptions(theirs));
          }
          const nameless = Object.entries(imageSchema.properties ?? {}).filter(
            ([, field]) => (field['description'] ?? '') === '',
          );
          expect(nameless).toEqual([]);
        },
    },

    D17: {
      'a body of a tag request is ignored, whatever it holds': async () => {
        const id = await create();
        const target = `/v2/images/${id}/tags/red`;
        for (const body of ['{}', '{"tags": ["x"]}', '{', 'hello', '\xff\x00']) {
          for (const [method, tags] of [
            ['PUT', ['red']],
            ['DELETE', []],
          ] as const) {
            const head = ['X-Auth-Token: alice', `Content-Length: ${String(body.length)}`];
            const bytes = Buffer.concat([
              raw(`${method} ${target} HTTP/1.1`, ...head),
              Buffer.from(body, 'latin1'),
            ]);
            expect((await exchange(port(), bytes, method)).status).toBe(204);
            expect(await tagsOf(id)).toEqual(tags);
          }
        }
      },
      'nobody waits for a body that does not come': async () => {
        const id = await create();
        const head = ['X-Auth-Token: alice', 'Content-Length: 1000000000'];
        const bytes = raw(`PUT /v2/images/${id}/tags/red HTTP/1.1`, ...head);
        expect((await exchange(port(), bytes, 'PUT')).status).toBe(204);
      },
    },
  };
}
