import { Client } from 'pg';
import { modelLimits } from '../../../src/core/limits';
import { type ImageCondition, type ImageSelection, ownImages } from '../../../src/core/ports';
import { toTagConditions, type KeyWithValues } from '../../../src/core/tag-condition';
import { sessionOptions } from '../../../src/storage/database/database';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { testDatabase } from '../../support/database';
import { type SentStatement, statementsOf } from '../../support/recorded-statements';

const given = testDatabase();

/** A join for each of fifty tags took two thousand times as long as for one. The shortest takes some 0.5 ms. */
const mostTimes = 10;

/** Of the shortest of several tries; the longest takes 1.2. */
const mostMs = 5;

const tag: ImageCondition = { kind: 'tags', condition: { kind: 'name', name: 'a' } };

const whole: ImageSelection = {
  own: true,
  public: true,
  community: true,
  shared: 'accepted',
  everyProject: false,
};
const sort = (['name', 'size', 'diskFormat', 'status', 'createdAt', 'id'] as const).map((field) => ({
  field,
  descending: true,
}));

const each = <Item>(count: number, make: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_, n) => make(n));
const text = (n: number): string => `a${String(n)}`;

const most = modelLimits.searchConditions;
const choices = (begin: string): KeyWithValues[] =>
  each(10, (n) => ({ key: `${begin}${String(n)}`, values: each(10, text) }));
const searches: Readonly<Record<string, readonly ImageCondition[]>> = {
  tags: each(most, (n) => ({ kind: 'tags', condition: { kind: 'name', name: text(n) } })),
  'tags with values': each(most, (n) => ({
    kind: 'tags',
    condition: { kind: 'name', name: `a=${text(n)}` },
  })),
  'absent tags': each(most, (n) => ({
    kind: 'tags',
    condition: { kind: 'not', of: { kind: 'name', name: text(n) } },
  })),
  'absent keys': each(most, (n) => ({
    kind: 'tags',
    condition: { kind: 'not', of: { kind: 'key', key: text(n), values: n % 3 === 0 ? [] : ['v', 'w'] } },
  })),
  properties: each(most, (n) => ({ kind: 'property', name: text(n), value: 'v' })),
  'properties that may be absent': each(most, (n) => ({
    kind: 'property-or-absent',
    name: text(n),
    value: 'v',
  })),
  fields: each(most, (n) => ({ kind: 'field', field: 'size', op: 'gte', value: n })),
  'every list of a search by resources': toTagConditions({
    all: choices('b'),
    any: choices('c'),
    notAll: choices('d'),
    notAny: choices('e'),
  }).map((condition) => ({ kind: 'tags', condition })),
};

/** Milliseconds. */
async function planningTime(client: Client, { statement, values }: SentStatement): Promise<number> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Planning Time': number }] }>(
    `explain (summary, format json) ${statement.text}`,
    [...values],
  );
  return rows[0]?.['QUERY PLAN'][0]['Planning Time'] ?? NaN;
}

async function sentFor(source: ImageSelection, where: readonly ImageCondition[]): Promise<SentStatement[]> {
  const query = { projectId: 'p', source, where };
  return statementsOf(async (database) => {
    const search = new PostgresImageSearch(database);
    await search.images({ ...query, sort, marker: null, offset: 0, limit: 25 });
    await search.count(query);
  });
}

/** The machine has other work, too: so each is compared with a short search, by the best of several tries in turn. */
test.each(Object.entries(searches))(
  'as many conditions as a search may have are planned like one: %s',
  async (name, where) => {
    const source = name.startsWith('every list') ? ownImages : whole;
    const [many, one] = [await sentFor(source, where), await sentFor(source, where.slice(0, 1))];
    const short = name.startsWith('every list') ? await sentFor(source, [tag]) : one;
    const client = new Client({ ...given().connection, options: sessionOptions });
    await client.connect();
    try {
      for (const [index, statement] of many.entries()) {
        const reference = short[index] ?? statement;
        const times = { many: Infinity, short: Infinity };
        for (let n = 0; n < 15; n++) {
          times.many = Math.min(times.many, await planningTime(client, statement));
          times.short = Math.min(times.short, await planningTime(client, reference));
        }
        expect(times.many / times.short).toBeLessThan(mostTimes);
        expect(times.many).toBeLessThan(mostMs);
      }
    } finally {
      await client.end();
    }
  },
);
