import { alpha } from '../../support/test-authenticator';
import { modelLimits } from '../../../src/core/limits';
import type { Divergences, DivergenceSite } from './divergence-site';

const patchType = { headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' } };

interface Listed {
  readonly images: readonly { readonly id: string; readonly owner: string | null }[];
  readonly next?: string;
}

/** What lists, owners and data do where Glance's answer depends on what nobody sees, or helps nobody. */
export function divergencesOfLists({ ask, create }: DivergenceSite): Divergences {
  const listed = async (path: string): Promise<Listed> => {
    const answer = await ask('GET', path);
    expect(answer.status).toBe(200);
    return answer.json<Listed>();
  };
  const idsOf = async (query: string): Promise<string[]> =>
    (await listed(`/v2/images?${query}`)).images.map(({ id }) => id);

  return {
    D18: {
      'moments are compared by the seconds that are shown': async () => {
        const id = await create();
        const { created_at: moment } = (await ask('GET', `/v2/images/${id}`)).json<{ created_at: string }>();
        const found = async (op: string) => (await idsOf(`id=${id}&created_at=${op}${moment}`)).length;
        const counts = await Promise.all(['', 'eq:', 'lte:', 'gte:', 'lt:', 'gt:', 'neq:'].map(found));
        expect(counts).toEqual([1, 1, 1, 1, 0, 0, 0]);
      },
      'pages go on behind an image without the value that is sorted by': async () => {
        const [with1, without1, without2] = [
          await create({ name: 'd18', disk_format: 'raw' }),
          await create({ name: 'd18' }),
          await create({ name: 'd18' }),
        ];
        for (const direction of ['asc', 'desc']) {
          const seen: string[] = [];
          let next: string | undefined = `/v2/images?name=d18&limit=1&sort=disk_format:${direction}`;
          while (next !== undefined) {
            const page: Listed = await listed(next);
            seen.push(...page.images.map(({ id }) => id));
            next = page.next;
          }
          expect(seen.sort()).toEqual([with1, without1, without2].sort());
        }
      },
      'of two visibilities the last counts, and an empty one is that of no image': async () => {
        const id = await create({ visibility: 'private' });
        expect(await idsOf(`id=${id}&visibility=public&visibility=private`)).toEqual([id]);
        expect(await idsOf(`id=${id}&visibility=`)).toEqual([]);
      },
      'numbers have the digits 0 to 9': async () => {
        expect((await ask('GET', '/v2/images?limit=%D9%A3')).status).toBe(400);
        expect((await ask('GET', '/v2/images?size=x')).status).toBe(400);
      },
    },

    D19: {
      'an owner cannot leave its image to nobody; an admin can, and no owner is null': async () => {
        const id = await create();
        for (const value of [null, '']) {
          const body = [{ op: 'add', path: '/owner', value }];
          expect((await ask('PATCH', `/v2/images/${id}`, { body, ...patchType })).status).toBe(403);
          const done = await ask('PATCH', `/v2/images/${id}`, { body, ...patchType, token: 'admin' });
          expect([done.status, done.json<{ owner: unknown }>().owner]).toEqual([200, null]);
          await ask('PATCH', `/v2/images/${id}`, {
            body: [{ op: 'replace', path: '/owner', value: alpha }],
            ...patchType,
            token: 'admin',
          });
        }
      },
    },

    D21: {
      'a list takes fifty distinct filters': async () => {
        const tags = Array.from({ length: 60 }, (_, n) => `tag=d21-${String(n)}`);
        const status = async (query: readonly string[]): Promise<number> =>
          (await ask('GET', `/v2/images?${query.join('&')}`)).status;
        expect(await status([...tags.slice(0, 50), ...tags.slice(0, 50)])).toBe(200);
        expect(await status([...tags.slice(0, 49), '__imagetype=shared'])).toBe(200);
        expect(await status([...tags.slice(0, 50), 'name=x'])).toBe(400);
        expect(await status(tags.slice(0, 51))).toBe(400);
        expect(await status(tags.map((tag) => tag.replace('tag=', 'p')))).toBe(400);
        expect(await status(Array.from({ length: 500 }, () => 'sort_key=name&sort_dir=asc'))).toBe(200);
      },
    },

    D28: {
      'a search that would read more rows than it may is 400, one by a tag, a name or an id is answered':
        async () => {
          await Promise.all(['d28', 'other', 'other', 'other'].map((name) => create({ name, tags: [name] })));
          const bound = jest.replaceProperty(modelLimits, 'searchedRows', 3 as never);
          try {
            for (const query of ['d28=x', 'size_min=7', 'sort_key=size']) {
              const answer = await ask('GET', `/v2/images?${query}`);
              expect([query, answer.status, answer.text]).toEqual([
                query,
                400,
                expect.stringContaining('more than 3 images'),
              ]);
            }
            for (const query of ['tag=d28', 'name=d28', 'limit=2', 'tag=d28&sort_key=size']) {
              const answer = await ask('GET', `/v2/images?${query}`);
              expect([query, answer.status]).toEqual([query, 200]);
            }
          } finally {
            bound.restore();
          }
        },
    },

    D23: {
      'a value of a property has at most 65,535 bytes': async () => {
        const made = (length: number) => ask('POST', '/v2/images', { body: { note: 'é'.repeat(length) } });
        expect((await made(32_767)).status).toBe(201);
        expect((await made(32_768)).status).toBe(400);
      },
    },

    D24: {
      'an image has an ETag, and If-Match is heeded': async () => {
        const id = await create();
        const etag = String((await ask('GET', `/v2/images/${id}`)).headers['etag']);
        expect(etag).toMatch(/^"0-.*Z"$/);
        const put = (tag: string, guard: string) =>
          ask('PUT', `/v2/images/${id}/tags/${tag}`, { headers: { 'If-Match': guard } });
        expect((await put('a', etag)).status).toBe(204);
        expect((await put('b', etag)).status).toBe(412);
      },
    },

    D20: {
      'a range of no data is no content, and a range of empty data cannot be had': async () => {
        const id = await create({ disk_format: 'raw', container_format: 'bare' });
        const file = `/v2/images/${id}/file`;
        const ranges = ['bytes=0-1', 'bytes=-3', 'bytes=5-2', 'bytes=0-1,3-4'];
        for (const Range of ranges) {
          expect((await ask('GET', file, { headers: { Range } })).status).toBe(204);
        }
        const headers = { 'Content-Type': 'application/octet-stream' };
        expect((await ask('PUT', file, { headers })).status).toBe(204);
        for (const Range of ['bytes=0-1', 'bytes=-3']) {
          expect((await ask('GET', file, { headers: { Range } })).status).toBe(416);
        }
      },
    },
  };
}
