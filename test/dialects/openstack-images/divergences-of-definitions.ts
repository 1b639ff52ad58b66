import type { Divergences, DivergenceSite } from './divergence-site';

const root = '/v2/metadefs/namespaces';

/** What is said of definitions of metadata, as an administrator. */
export function divergencesOfDefinitions({ ask }: DivergenceSite): Divergences {
  const admin = (method: string, path: string, body?: unknown) =>
    ask(method, path, { token: 'admin', body, headers: { Accept: 'application/json' } });
  const anew = async (): Promise<void> => {
    await admin('DELETE', `${root}/ns`);
    await admin('POST', root, { namespace: 'ns' });
  };
  const property = { type: 'string', title: 'P' };
  return {
    D31: {
      'what no type takes is 400, and nothing of it is stored': async () => {
        for (const body of [
          { properties: { p: { ...property, colour: 'red' } } },
          { properties: { p: { ...property, enum: [1] } } },
          { properties: { p: { ...property, items: {} } } },
          { properties: { p: { ...property, confidential: 'maybe' } } },
          { properties: { p: { ...property, required: ['a'] } } },
          { properties: { ['p'.repeat(81)]: property } },
          { objects: [{ description: 'no name' }] },
          { objects: [{ name: 'o', colour: 'red' }] },
          { objects: [{ name: 'o'.repeat(81) }] },
          { tags: [{}] },
          { tags: [{ name: 't'.repeat(81) }] },
          { resource_type_associations: [{ prefix: 'p' }] },
          { resource_type_associations: [{ name: 'r', created_at: 5 }] },
        ]) {
          const made = await admin('POST', root, { namespace: 'refused', ...body });
          expect([body, made.status]).toEqual([body, 400]);
          expect((await admin('GET', `${root}/refused`)).status).toBe(404);
        }
      },
      'an error quotes no more than 64 KiB': async () => {
        const tags = Array.from({ length: 100_000 }, () => 'x');
        for (const [path, body] of [
          [root, { namespace: 'ns', tags, colour: 'red' }],
          ['/v2/images', { name: tags.join('') }],
        ] as const) {
          const { status, text } = await admin('POST', path, body);
          expect([path, status, text.length < 150_000]).toEqual([path, 400, true]);
        }
      },
      'a body that is a list is 400': async () => {
        await anew();
        for (const path of ['', '/ns/objects', '/ns/properties', '/ns/tags', '/ns/resource_types']) {
          expect((await admin('POST', root + path, [])).status).toBe(400);
        }
      },
      'a request for several tags without any is 400': async () => {
        await anew();
        expect((await admin('POST', `${root}/ns/tags`, {})).status).toBe(400);
      },
      'a body where none is expected is refused as such': async () => {
        await anew();
        for (const path of ['objects', 'properties', 'tags', 'properties/p']) {
          const { status, text } = await admin('DELETE', `${root}/ns/${path}`, {});
          expect([status, text]).toEqual([400, expect.stringContaining('A body is not expected')]);
        }
      },
      'an invalid limit and an unknown sort key are 400': async () => {
        await anew();
        for (const query of ['limit=x', 'sort_key=colour']) {
          expect((await admin('GET', `${root}?${query}`)).status).toBe(400);
        }
        expect((await admin('GET', `${root}/ns/tags?sort_key=colour`)).status).toBe(400);
      },
      'an unknown parameter is ignored': async () => {
        await anew();
        await admin('POST', `${root}/ns/properties`, { name: 'p', ...property });
        for (const path of ['ns', 'ns/properties/p']) {
          expect((await admin('GET', `${root}/${path}?colour=red`)).status).toBe(200);
        }
      },
    },
  };
}
