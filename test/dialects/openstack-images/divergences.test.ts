import { imageSchema } from '../../../src/dialects/openstack-images/schemas';
import { openstack, type Speaker } from '../../support/dialects';
import { testGateway } from '../../support/gateway';
import { readDivergences } from '../../support/golden-runner/divergences';
import { exchange } from '../../support/golden-runner/raw-exchange';
import { readRecording } from '../../support/golden-runner/recording';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, closeIdleSockets, send, type Sent } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);

const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
const create = (body: object = {}): Promise<string> => openstack(alice()).create(body);
const tagsOf = (id: string): Promise<string[]> => openstack(alice()).tags(id);
const ask = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  send(given().port, method, path, { token: 'alice', ...sent });
const put = (id: string, rawTag: string, sent?: Sent): Promise<Answer> =>
  ask('PUT', `/v2/images/${id}/tags/${rawTag}`, sent);
const remove = (id: string, rawTag: string, sent?: Sent): Promise<Answer> =>
  ask('DELETE', `/v2/images/${id}/tags/${rawTag}`, sent);

/** Lines of a request as bytes, for what no client library would send. */
const raw = (...lines: string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');

const tested: string[] = [];

/** What Tagway does instead: a test for each sentence. */
function divergence(id: string, tests: Readonly<Record<string, () => Promise<void>>>): void {
  const sentences = Object.entries(tests);
  if (sentences.length > 0) tested.push(id);
  describe(id, () => {
    test.each(sentences)('%s', (_, run) => run());
  });
}

divergence('D1', {
  'a tag is found as it was written, whatever the case of its escapes': async () => {
    const id = await create();
    expect((await put(id, '%E6%97%A5%F0%9F%8F%B7')).status).toBe(204);
    expect((await put(id, '%e6%97%a5%f0%9f%8f%b7')).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['日🏷']);
    expect(await openstack(alice()).find('日🏷')).toEqual([id]);
    expect((await remove(id, '%e6%97%a5%F0%9F%8F%B7')).status).toBe(204);
    expect(await tagsOf(id)).toEqual([]);
  },
  'a tag has up to 255 code points of four bytes each, in a path and in a body': async () => {
    const [longest, tooLong] = ['🏷'.repeat(255), '🏷'.repeat(256)];
    const id = await create();
    expect((await put(id, encodeURIComponent(longest))).status).toBe(204);
    expect((await put(id, encodeURIComponent(tooLong))).status).toBe(400);
    expect(await tagsOf(id)).toEqual([longest]);
    expect(await tagsOf(await create({ tags: [longest] }))).toEqual([longest]);
    expect((await ask('POST', '/v2/images', { body: { tags: [tooLong] } })).status).toBe(400);
  },
});

divergence('D2', {
  '_method in a query does not make a POST a PUT, nor a GET a DELETE': async () => {
    const id = await create();
    const posted = await ask('POST', `/v2/images/${id}/tags/red?_method=PUT`);
    expect([posted.status, posted.headers.allow]).toEqual([405, 'PUT, DELETE']);
    expect((await ask('GET', `/v2/images/${id}?_method=DELETE`)).status).toBe(200);
    expect(await tagsOf(id)).toEqual([]);
  },
});

function expectPage(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(answer.json()).toEqual({
    message: expect.stringContaining('<br />'),
    code: expect.stringMatching(`^${String(status)} `),
    title: expect.any(String),
  });
}

const asJson = { headers: { Accept: 'application/json' } };

divergence('D3', {
  'NUL and ill-formed UTF-8 in a path are 400 in the ordinary form': async () => {
    const id = await create();
    for (const bad of ['%00', 'a%00b', '%FF', '%C3', '%ED%A0%80']) {
      expectPage(await put(id, bad, asJson), 400);
    }
    expectPage(await remove(id, '%FF', asJson), 400);
    expect(await tagsOf(id)).toEqual([]);
  },
  'NUL, half a surrogate pair and a list in a body are 400': async () => {
    for (const body of [{ tags: ['a\u0000'] }, { tags: ['\ud83d'] }, []]) {
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
});

divergence('D4', {
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
});

divergence('D5', {
  'an encoded slash is data in a tag and a separator elsewhere': async () => {
    const id = await create();
    expect((await put(id, 'a%2Fb')).status).toBe(204);
    expect((await put(id, '%2f')).status).toBe(204);
    expect((await ask('GET', `/v2%2Fimages%2F${id}`)).json()).toMatchObject({ tags: ['/', 'a/b'] });
    expect((await put(id, 'a/b')).status).toBe(404);
    expect((await remove(id, 'a%2Fb')).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['/']);
  },
});

interface Page {
  readonly images: readonly { readonly id: string }[];
  readonly first: string;
  readonly next?: string;
}

divergence('D6', {
  'first and next keep every tag filter and every sort key, so that the next page is of the same list':
    async () => {
      const names = ['d6-1', 'd6-2', 'd6-3'];
      const ids: string[] = [];
      for (const name of names) ids.push(await create({ name, tags: ['d6a', 'd6b'] }));
      for (const tag of ['d6a', 'd6b']) await create({ name: 'd6-0', tags: [tag] });
      let link: string | undefined =
        '/v2/images?tag=d6a&tag=d6b&sort_key=name&sort_key=id&sort_dir=asc&limit=1';
      const found: string[] = [];
      while (link !== undefined && found.length < 10) {
        const page: Page = (await ask('GET', link)).json<Page>();
        found.push(...page.images.map((image) => image.id));
        for (const kept of [page.first, page.next]) {
          if (kept === undefined) continue;
          const query = new URLSearchParams(kept.split('?')[1]);
          expect(query.getAll('tag')).toEqual(['d6a', 'd6b']);
          if (kept === page.next) expect(query.getAll('sort_key')).toEqual(['name', 'id']);
        }
        link = page.next;
      }
      expect(found).toEqual(ids);
    },
});

divergence('D7', {
  'tags come sorted by code point, not by UTF-16 unit': async () => {
    const sorted = ['B', 'a', 'é', '日', '\uffee', '🏷'];
    expect(await tagsOf(await create({ tags: sorted.toReversed() }))).toEqual(sorted);
  },
});

divergence('D8', {
  'of five writers that race for the last place one gets it, and a tag put five times at once is there once':
    async () => {
      const tags = Array.from({ length: 126 }, (_, index) => `old${String(index)}`);
      const id = await create({ tags });
      const same = await Promise.all(tags.slice(0, 5).map(() => put(id, 'same')));
      expect(same.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
      const racing = await Promise.all([1, 2, 3, 4, 5].map((index) => put(id, `new${String(index)}`)));
      expect(racing.map(({ status }) => status).sort()).toEqual([204, 413, 413, 413, 413]);
      expect(await tagsOf(id)).toHaveLength(128);
    },
});

divergence('D9', {
  'a query behind a tag is 400, even an empty one, and says how a question mark is written': async () => {
    const id = await create({ tags: ['a'] });
    for (const tag of ['a?b', 'a?', 'c?d=e']) {
      const answers = [await put(id, tag), await remove(id, tag)];
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
      for (const { text } of answers) expect(text).toContain('%3F');
    }
    expect((await put(id, 'a%3Fb')).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['a', 'a?b']);
  },
});

divergence('D10', {
  'a line feed at the end of a tag is kept': async () => {
    const id = await create();
    expect((await put(id, 'red%0A')).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['red\n']);
    expect((await remove(id, 'red')).status).toBe(404);
    expect((await remove(id, 'red%0A')).status).toBe(204);
  },
});

divergence('D11', {
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
});

divergence('D12', {
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
      const answer = await exchange(given().port, bytes, 'PUT');
      expect([answer.status, await answer.connection]).toEqual([status, 'closed']);
    }
    expect(await tagsOf(id)).toEqual([]);
  },
});

divergence('D13', {
  'unknown top-level paths are 300 with the versions': async () => {
    for (const path of ['/', '/nonsense', '/v1/images', '/v9/images', '/v30']) {
      const answer = await ask('GET', path);
      expect([path, answer.status]).toEqual([path, 300]);
      expect(answer.json()).toHaveProperty('versions.0.status', 'CURRENT');
    }
  },
  'paths of the other surfaces are theirs': async () => {
    for (const path of ['/v3', '/healthz', '/metrics', '/v1/cloudimages/tags', `/v2/${alpha}/images/tags`]) {
      expect([path, (await ask('GET', path)).status]).toEqual([path, 200]);
    }
  },
});

divergence('D14', {
  'spaces around the value of a tag filter are part of the tag': async () => {
    const spaced = await create({ tags: [' d14 '] });
    const bare = await create({ tags: ['d14'] });
    expect(await openstack(alice()).find(' d14 ')).toEqual([spaced]);
    expect(await openstack(alice()).find('d14')).toEqual([bare]);
  },
});

divergence('D15', {
  'what is not offered is 404 in the ordinary form': async () => {
    const id = await create();
    const calls = [
      `POST /v2/images/${id}/import`,
      `PUT /v2/images/${id}/stage`,
      `GET /v2/images/${id}/tasks`,
      'GET /v2/tasks',
      'GET /v2/info/import',
      'GET /v2/metadefs/namespaces',
      'GET /v2/cache',
      `DELETE /v2/stores/file/${id}`,
    ];
    for (const call of calls) {
      const [method = '', path = ''] = call.split(' ');
      expectPage(await ask(method, path, asJson), 404);
    }
  },
  'stores are told to be none': async () => {
    expectPage(await ask('GET', '/v2/info/stores', asJson), 404);
  },
  'a new image comes without import methods': async () => {
    const { status, headers } = await ask('POST', '/v2/images', { body: {} });
    expect(status).toBe(201);
    expect(headers).not.toHaveProperty('openstack-image-import-methods');
  },
});

/** A schema without the texts that are for people; `description` is also the name of a property. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, inner]) => name !== 'description' || typeof inner !== 'string',
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutDescriptions(inner)]));
}

divergence('D16', {
  'the schemas are those that were recorded, save for descriptions, and every field has one': async () => {
    const { cases } = readRecording('glance-default');
    for (const path of ['/v2/schemas/image', '/v2/schemas/images']) {
      const recorded = cases.find(({ id }) => id === `path.get.${path}`)?.response.body;
      const ours = (await ask('GET', path)).json();
      expect(withoutDescriptions(ours)).toEqual(withoutDescriptions(JSON.parse(recorded ?? '')));
    }
    const nameless = Object.entries(imageSchema.properties ?? {}).filter(
      ([, field]) => (field['description'] ?? '') === '',
    );
    expect(nameless).toEqual([]);
  },
});

divergence('D17', {
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
        expect((await exchange(given().port, bytes, method)).status).toBe(204);
        expect(await tagsOf(id)).toEqual(tags);
      }
    }
  },
  'nobody waits for a body that does not come': async () => {
    const id = await create();
    const head = ['X-Auth-Token: alice', 'Content-Length: 1000000000'];
    const bytes = raw(`PUT /v2/images/${id}/tags/red HTTP/1.1`, ...head);
    expect((await exchange(given().port, bytes, 'PUT')).status).toBe(204);
  },
});

test('every divergence of the page is tested here, and nothing else', () => {
  expect(tested).toEqual(readDivergences().map(({ id }) => id));
});
