import type { Divergences, DivergenceSite } from './divergence-site';

interface Page {
  readonly images: readonly { readonly id: string }[];
  readonly first: string;
  readonly next?: string;
}

/** What becomes of a tag on its way in and out. */
export function divergencesOfTags({ ask, create, find, tagsOf, put, remove }: DivergenceSite): Divergences {
  return {
    D1: {
      'a tag is found as it was written, whatever the case of its escapes': async () => {
        const id = await create();
        expect((await put(id, '%E6%97%A5%F0%9F%8F%B7')).status).toBe(204);
        expect((await put(id, '%e6%97%a5%f0%9f%8f%b7')).status).toBe(204);
        expect(await tagsOf(id)).toEqual(['日🏷']);
        expect(await find('日🏷')).toEqual([id]);
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
    },

    D5: {
      'an encoded slash is data in a tag and a separator elsewhere': async () => {
        const id = await create();
        expect((await put(id, 'a%2Fb')).status).toBe(204);
        expect((await put(id, '%2f')).status).toBe(204);
        expect((await ask('GET', `/v2%2Fimages%2F${id}`)).json()).toMatchObject({ tags: ['/', 'a/b'] });
        expect((await put(id, 'a/b')).status).toBe(404);
        expect((await remove(id, 'a%2Fb')).status).toBe(204);
        expect(await tagsOf(id)).toEqual(['/']);
      },
    },

    D6: {
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
    },

    D7: {
      'tags come sorted by code point, not by UTF-16 unit': async () => {
        const sorted = ['B', 'a', 'é', '日', '\uffee', '🏷'];
        expect(await tagsOf(await create({ tags: sorted.toReversed() }))).toEqual(sorted);
      },
    },

    D8: {
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
    },

    D9: {
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
    },

    D10: {
      'a line feed at the end of a tag is kept': async () => {
        const id = await create();
        expect((await put(id, 'red%0A')).status).toBe(204);
        expect(await tagsOf(id)).toEqual(['red\n']);
        expect((await remove(id, 'red')).status).toBe(404);
        expect((await remove(id, 'red%0A')).status).toBe(204);
      },
    },

    D14: {
      'spaces around the value of a tag filter are part of the tag': async () => {
        const spaced = await create({ tags: [' d14 '] });
        const bare = await create({ tags: ['d14'] });
        expect(await find(' d14 ')).toEqual([spaced]);
        expect(await find('d14')).toEqual([bare]);
      },
    },
  };
}
