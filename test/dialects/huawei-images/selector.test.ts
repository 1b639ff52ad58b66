import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { instantFromMicros } from '../../../src/core/clock';
import { toTagConditions, type KeyWithValues } from '../../../src/core/tag-condition';
import { type Tag, tagFromName } from '../../../src/core/tag';
import type { Authenticator } from '../../../src/identity/authenticator';
import { aCaller, testGateway } from '../../support/gateway';
import { holds } from '../../support/tag-condition-holds';
import { send } from '../../support/wire';

/** The token is the project, so that every data set has one of its own. */
const anyProject: Authenticator = {
  authenticate: ({ headers }) => Promise.resolve({ caller: aCaller(String(headers['x-auth-token'])) }),
};
const given = testGateway({ replace: { authenticator: anyProject } });

interface Stored {
  readonly name: string | null;
  readonly tags: readonly string[];
}

interface Choice {
  readonly key: string;
  readonly values?: readonly string[] | null;
}

interface Query {
  readonly tags?: readonly Choice[];
  readonly tags_any?: readonly Choice[];
  readonly not_tags?: readonly Choice[];
  readonly not_tags_any?: readonly Choice[];
  readonly without_any_tag?: boolean;
  readonly matches?: readonly { readonly key: 'resource_name'; readonly value: string }[];
}

const keys = ['a', 'b', 'é', '🏷', '=x'];
const texts = ['a', 'a=', 'a=v', 'a=w', 'b', 'b=v', 'b=v=w', 'é=v', '🏷=🚀', '🏷', '=x'];
const values = ['', 'v', 'w', 'v=w', '🚀', 'never'];

const stored: fc.Arbitrary<Stored> = fc.record({
  name: fc.constantFrom(null, '', 'web', 'Web-2', 'ÉCLAIR', 'db'),
  tags: fc.uniqueArray(fc.constantFrom(...texts), { maxLength: 4 }),
});

const choices: fc.Arbitrary<readonly Choice[]> = fc.uniqueArray(
  fc.record(
    {
      key: fc.constantFrom(...keys),
      values: fc.option(fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 }), { freq: 9 }),
    },
    { requiredKeys: ['key'] },
  ),
  { minLength: 1, maxLength: 3, selector: ({ key }) => key },
);

const query: fc.Arbitrary<Query> = fc.record(
  {
    tags: choices,
    tags_any: choices,
    not_tags: choices,
    not_tags_any: choices,
    without_any_tag: fc.constantFrom(false, false, false, true),
    matches: fc
      .constantFrom('', 'w', 'WEB', 'éc', '-')
      .map((value) => [{ key: 'resource_name', value }] as const),
  },
  { requiredKeys: [] },
);

/** What the documents say, once more and as simply as can be. */
function matches({ name, tags }: Stored, asked: Query): boolean {
  const pairs = tags.map(tagFromName);
  const has = ({ key, values: some }: Choice): boolean =>
    pairs.some((pair) => pair.key === key && (!some || some.length === 0 || some.includes(pair.value)));
  for (const { value } of asked.matches ?? []) {
    const named = name ?? 'no name: nothing is found by it, not even by an empty one';
    if (value === '' ? named !== '' : !named.toLowerCase().includes(value.toLowerCase())) return false;
    if (name === null) return false;
  }
  if (asked.without_any_tag === true) return tags.length === 0;
  if (asked.tags && !asked.tags.every(has)) return false;
  if (asked.tags_any && !asked.tags_any.some(has)) return false;
  if (asked.not_tags?.every(has) === true) return false;
  return asked.not_tags_any?.some(has) !== true;
}

/** Stores a data set in two statements; the last is the newest. @returns the ids */
async function store(project: string, images: readonly Stored[]): Promise<string[]> {
  const ids = images.map(() => randomUUID());
  const begun = Date.now() * 1000;
  const moments = images.map((_, index) => instantFromMicros(begun + index));
  await given().database.query(
    {
      text: `insert into images (project_id, id, name, visibility, status, min_disk, min_ram, protected,
        os_hidden, properties, created_at, updated_at, tag_revision)
      select $1, a.id, a.name, 'private', 'active', 0, 0, false, false, '[]', a.at, a.at, 0
      from unnest($2::text[], $3::text[], $4::timestamptz[]) as a (id, name, at)`,
    },
    [project, ids, images.map(({ name }) => name), moments],
  );
  const tags = images.flatMap(({ tags: names }, index) =>
    names.map(tagFromName).map((tag): [string, Tag] => [ids[index] ?? '', tag]),
  );
  await given().database.query(
    {
      text: `insert into image_tags (project_id, image_id, name, key, value)
      select $1, a.* from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as a`,
    },
    [
      project,
      tags.map(([id]) => id),
      ...(['name', 'key', 'value'] as const).map((at) => tags.map(([, tag]) => tag[at])),
    ],
  );
  return ids;
}

interface Page {
  readonly total_count: number;
  readonly resources: readonly { readonly resource_id: string }[];
}

/** Every page until an empty one, as Terraform reads them. */
async function readPages(
  project: string,
  asked: Query,
  limit: number,
): Promise<[total: number, ids: string[]]> {
  const found: string[] = [];
  for (;;) {
    const body = { action: 'filter', limit: String(limit), offset: found.length, ...asked };
    const path = `/v2/${project}/images/resource_instances/action`;
    const answer = await send(given().port, 'POST', path, { token: project, body });
    expect([answer.status, body]).toEqual([200, body]);
    const { total_count, resources } = answer.json<Page>();
    expect(resources.length).toBeLessThanOrEqual(limit);
    if (resources.length === 0) return [total_count, found];
    found.push(...resources.map(({ resource_id }) => resource_id));
  }
}

const numRuns = Number(process.env['SELECTOR_RUNS'] ?? 200);

test(
  'every search finds, page by page, exactly the images that a plain reading of its rules finds',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stored, { maxLength: 12 }),
        query,
        fc.integer({ min: 1, max: 6 }),
        async (images, asked, limit) => {
          const project = randomUUID().replaceAll('-', '');
          const ids = await store(project, images);
          const expected = ids
            .filter((_, index) => matches(images[index] ?? { name: null, tags: [] }, asked))
            .reverse();
          expect(await readPages(project, asked, limit)).toEqual([expected.length, expected]);
        },
      ),
      { numRuns },
    );
  },
  60_000 + numRuns * 100,
);

test('the core’s evaluator in memory reads the same rules', () => {
  const choicesOf = (list?: readonly Choice[]): { some?: KeyWithValues[] } =>
    list ? { some: list.map(({ key, values: some }) => ({ key, values: some ?? [] })) } : {};
  fc.assert(
    fc.property(stored, query, (image, whole) => {
      const asked: Query = { ...whole, matches: [] };
      const { some: all } = choicesOf(asked.tags);
      const { some: any } = choicesOf(asked.tags_any);
      const { some: notAll } = choicesOf(asked.not_tags);
      const { some: notAny } = choicesOf(asked.not_tags_any);
      const conditions = toTagConditions({
        ...(all && { all }),
        ...(any && { any }),
        ...(notAll && { notAll }),
        ...(notAny && { notAny }),
        untagged: asked.without_any_tag ?? false,
      });
      const tags = image.tags.map(tagFromName);
      expect(conditions.every((condition) => holds(condition, tags))).toBe(matches(image, asked));
    }),
    { numRuns: Math.max(numRuns, 2_000) },
  );
});
