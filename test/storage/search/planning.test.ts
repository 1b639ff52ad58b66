import { Client } from 'pg';
import { limits } from '../../../src/core/limits';
import type { ImageCondition, ImageSource } from '../../../src/core/ports';
import { conditionsOf, type KeyChoice } from '../../../src/core/tag-condition';
import { sessionOptions } from '../../../src/storage/database/database';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { testDatabase } from '../../support/database';
import { type SentStatement, statementsOf } from '../../support/recorded-statements';

const given = testDatabase();

const mostMs = 5;

const whole: ImageSource = {
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

const most = limits.searchConditions;
const choices = (begin: string): KeyChoice[] =>
  each(10, (n) => ({ key: `${begin}${String(n)}`, values: each(10, text) }));
const searches: Readonly<Record<string, readonly ImageCondition[]>> = {
  tags: each(most, (n) => ({ kind: 'tags', condition: { kind: 'name', name: text(n) } })),
  'tags with values': each(most, (n) => ({
    kind: 'tags',
    condition: { kind: 'name', name: `a=${text(n)}` },
  })),
  properties: each(most, (n) => ({ kind: 'property', name: text(n), value: 'v' })),
  'properties that may be absent': each(most, (n) => ({
    kind: 'property-or-absent',
    name: text(n),
    value: 'v',
  })),
  fields: each(most, (n) => ({ kind: 'field', field: 'size', op: 'gte', value: n })),
  'every list of a search by resources': conditionsOf({
    all: choices('b'),
    any: choices('c'),
    notAll: choices('d'),
    notAny: choices('e'),
  }).map((condition) => ({ kind: 'tags', condition })),
};

/** Milliseconds, of the best of several tries: the machine has other work, too. */
async function planningTime(client: Client, { statement, values }: SentStatement): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 12; n++) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Planning Time': number }] }>(
      `explain (summary, format json) ${statement.text}`,
      [...values],
    );
    times.push(rows[0]?.['QUERY PLAN'][0]['Planning Time'] ?? NaN);
  }
  return Math.min(...times);
}

describe('with as many conditions as a search may have, planning is short:', () => {
  test.each(Object.entries(searches))('%s', async (_, where) => {
    const query = { projectId: 'p', source: whole, where };
    const sent = await statementsOf(async (database) => {
      const search = new PostgresImageSearch(database);
      await search.images({ ...query, sort, marker: null, offset: 0, limit: 25 });
      await search.count(query);
    });
    const client = new Client({ ...given().connection, options: sessionOptions });
    await client.connect();
    try {
      for (const one of sent) expect(await planningTime(client, one)).toBeLessThan(mostMs);
    } finally {
      await client.end();
    }
  });
});
