import { metadefLimits } from '../../../../src/core/metadefs/metadef';
import { testGateway } from '../../../support/gateway';
import { alpha, testAuthenticator } from '../../../support/test-authenticator';
import { type Answer, closeIdleSockets, send } from '../../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);
beforeEach(async () => {
  for (const table of ['metadef_namespaces', 'metadef_resource_types']) {
    await given().database.query({ text: `delete from ${table}` }, []);
  }
});

const root = '/v2/metadefs/namespaces';

const ask = (method: string, path: string, body?: unknown, token = 'admin'): Promise<Answer> =>
  send(given().port, method, path, { token, body, headers: { Accept: 'application/json' } });

const make = (body: object): Promise<Answer> => ask('POST', root, body);

/** The statuses, counted. */
function counted(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test('of a namespace whose contents are refused nothing is there', async () => {
  const made = await make({
    namespace: 'ns',
    resource_type_associations: [{ name: 'r' }],
    objects: [{ name: 'o' }],
    tags: [{ name: 't' }, { name: 't' }],
  });
  expect(made.status).toBe(409);
  expect((await ask('GET', `${root}/ns`)).status).toBe(404);
  expect((await ask('GET', '/v2/metadefs/resource_types')).json()).toEqual({ resource_types: [] });
});

test('one of twenty that make the same namespace makes it, the others are 409', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => make({ namespace: 'ns', tags: [{ name: 't' }] })),
  );
  expect(counted(answers)).toEqual({ 201: 1, 409: 19 });
});

test('twenty that append different tags at once lose none, and of twenty with one tag one appends it', async () => {
  await make({ namespace: 'ns' });
  const append = (name: string): Promise<Answer> =>
    send(given().port, 'POST', `${root}/ns/tags`, {
      token: 'admin',
      body: { tags: [{ name }] },
      headers: { 'X-Openstack-Append': 'true' },
    });
  const names = Array.from({ length: 20 }, (_, index) => `t${String(index)}`);
  expect(counted(await Promise.all(names.map(append)))).toEqual({ 201: 20 });
  expect(counted(await Promise.all(names.map(() => append('same'))))).toEqual({ 201: 1, 409: 19 });
  const { tags } = (await ask('GET', `${root}/ns/tags`)).json<{ tags: { name: string }[] }>();
  expect(tags.map(({ name }) => name).sort()).toEqual(['same', ...names].sort());
});

test('a change and a deletion at once leave either, and no other state', async () => {
  for (let round = 0; round < 5; round++) {
    await make({ namespace: 'ns', objects: [{ name: 'o' }] });
    const [changed, deleted] = await Promise.all([
      ask('PUT', `${root}/ns/objects/o`, { name: 'o2' }),
      ask('DELETE', `${root}/ns`),
    ]);
    expect([200, 404]).toContain(changed.status);
    expect(deleted.status).toBe(204);
    expect((await ask('GET', `${root}/ns/objects/o2`)).status).toBe(404);
  }
  expect(await given().database.query({ text: 'select * from metadef_items' }, [])).toEqual([]);
});

describe('what others have in private', () => {
  const one = `${root}/ns`;
  const paths = [
    '',
    '/objects',
    '/properties',
    '/tags',
    '/resource_types',
    '/objects/o',
    '/properties/p',
    '/tags/t',
  ];
  beforeEach(async () => {
    await make({
      namespace: 'ns',
      owner: alpha,
      objects: [{ name: 'o' }],
      tags: [{ name: 't' }],
      properties: { p: { type: 'string', title: 'P' } },
    });
  });

  test.each(['bob', 'nobody', 'unscoped'])(
    '%s can neither see nor change, and answers reveal nothing of',
    async (who) => {
      const before = await ask('GET', one);
      for (const path of paths) {
        const name = path.split('/')[2] ?? 'ns2';
        const bodies = {
          GET: undefined,
          PUT: { namespace: 'x', name, type: 'string', title: 'T' },
          DELETE: undefined,
        };
        for (const [method, body] of Object.entries(bodies)) {
          const { status, text } = await ask(method, one + path, body, who);
          expect([404, 405, 400]).toContain(status);
          expect(text).not.toContain(alpha);
        }
      }
      expect((await ask('GET', one)).text).toBe(before.text);
      const listed = await ask('GET', root, undefined, who);
      expect(listed.text).not.toContain('"ns"');
    },
  );

  test('the project itself reads it, and only an administrator changes it', async () => {
    for (const who of ['alice', 'reader-user']) {
      for (const path of paths) expect((await ask('GET', one + path, undefined, who)).status).toBe(200);
      expect((await ask('DELETE', `${one}/tags/t`, undefined, who)).status).toBe(403);
    }
  });
});

test('by an id of another namespace nothing is found: each has its own things', async () => {
  await make({ namespace: 'a', objects: [{ name: 'o' }] });
  await make({ namespace: 'b' });
  expect((await ask('GET', `${root}/b/objects/o`)).status).toBe(404);
  expect((await ask('DELETE', `${root}/b/objects/o`)).status).toBe(404);
  await ask('DELETE', `${root}/b/objects`);
  expect((await ask('GET', `${root}/a/objects/o`)).status).toBe(200);
});

describe('limits', () => {
  const many = (length: number): object[] =>
    Array.from({ length }, (_, index) => ({ name: `n${String(index)}` }));

  test.each([
    ['objects', metadefLimits.items.object],
    ['tags', metadefLimits.items.tag],
    ['resource_type_associations', metadefLimits.items['resource-type']],
  ])('of %s', async (kind, limit) => {
    const refused = await make({ namespace: 'ns', [kind]: many(limit + 1) });
    expect([refused.status, refused.text]).toEqual([413, expect.stringContaining(String(limit))]);
    expect((await make({ namespace: 'ns', [kind]: many(limit) })).status).toBe(201);
    const path = kind === 'resource_type_associations' ? 'resource_types' : kind;
    const more = kind === 'tags' ? 'tags/more' : path;
    const body = kind === 'tags' ? undefined : { name: 'more' };
    expect((await ask('POST', `${root}/ns/${more}`, body)).status).toBe(413);
    expect((await ask('GET', `${root}/ns`)).status).toBe(200);
  });

  test('of bytes in a namespace, also by changes', async () => {
    await make({ namespace: 'ns' });
    const description = 'd'.repeat(400_000);
    for (const name of ['a', 'b']) {
      expect((await ask('POST', `${root}/ns/objects`, { name, description })).status).toBe(201);
    }
    const third = { name: 'c', description };
    expect((await ask('POST', `${root}/ns/objects`, third)).status).toBe(413);
    await ask('POST', `${root}/ns/objects`, { name: 'c' });
    expect((await ask('PUT', `${root}/ns/objects/c`, third)).status).toBe(413);
    expect((await ask('GET', `${root}/ns/objects/c`)).json()).not.toHaveProperty('description');
  });

  test('of namespaces', async () => {
    const text = `insert into metadef_namespaces select n::text, 'ns' || n, null, null, 'private', false, 'x',
      timestamptz '2026-01-01Z', timestamptz '2026-01-01Z' from generate_series(1, $1::int) n`;
    await given().database.query({ text }, [metadefLimits.namespaces]);
    expect((await make({ namespace: 'more' })).status).toBe(413);
    expect((await make({ namespace: 'ns1' })).status).toBe(409);
    const { namespaces } = (await ask('GET', `${root}?limit=1000`)).json<{ namespaces: unknown[] }>();
    expect(namespaces).toHaveLength(metadefLimits.namespaces);
  });
});

test('pages have every namespace once, by any key and in both directions', async () => {
  for (const [name, more] of [
    ['a', { display_name: 'x' }],
    ['b', { display_name: 'x', visibility: 'public' }],
    ['c', {}],
    ['d', { description: 'D', protected: true }],
    ['e', { display_name: 'w' }],
  ] as const) {
    await make({ namespace: name, ...more });
  }
  type Page = { readonly namespaces: readonly { namespace: string }[]; readonly next?: string };
  for (const key of [
    'id',
    'namespace',
    'display_name',
    'description',
    'visibility',
    'protected',
    'updated_at',
  ]) {
    for (const direction of ['asc', 'desc']) {
      const seen: string[] = [];
      let next: string | undefined = `${root}?limit=2&sort_key=${key}&sort_dir=${direction}`;
      while (next !== undefined) {
        const page: Page = (await ask('GET', next)).json<Page>();
        seen.push(...page.namespaces.map(({ namespace }) => namespace));
        next = page.next;
      }
      expect([key, direction, [...seen].sort()]).toEqual([key, direction, ['a', 'b', 'c', 'd', 'e']]);
    }
  }
});
