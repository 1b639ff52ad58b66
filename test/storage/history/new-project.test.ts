import { PostgresFeedStore } from '../../../src/storage/history/feed-store';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { testDatabase } from '../../support/database';
import { fill, planOf } from '../../support/query-plans';
import { statementsOf } from '../../support/recorded-statements';

/* Of a project that statistics do not know Postgres expects one row, and may compare each with each. */
const given = testDatabase();
const rows = 8_000;

const changesOf = (
  project: string,
): string => `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
    dialect, operation) select '${project}', 'i' || (n % 50), n, '2026-11-27Z'::timestamptz + n * interval '1s', '{}', '{}', '{}',
    'u', 'u', 'seed', 'seed' from generate_series(1, ${String(rows)}) n`;

beforeAll(async () => {
  await fill(given().connection, [
    ...[changesOf('known'), 'analyze tag_changes', changesOf('p')],
    `insert into tag_feeds (project_id, feed_id, removed_to, last) values ('p', 'f', 0, 0)`,
  ]);
});

test('a piece of old history is found and removed by as many rows', async () => {
  const [removal] = await statementsOf((database) =>
    new PostgresHistoryStore(database).removeBefore('p', '2027-01-01Z', 500),
  );
  if (!removal) throw new Error('nothing was sent');
  const { read, compared } = await planOf(given().connection, removal.statement, removal.values);
  expect(compared).toBeLessThan(500);
  // Each piece is six times removed and put back; what is removed is passed over.
  expect(read).toBeLessThan(12 * 500);
});

test('each row of a backlog is read a few times for its number', async () => {
  const lists = { added: [], removed: [], tags: [] };
  const head = { project_id: 'p', feed_id: 'f', removed_to: 0, last: 0, waiting: true, ...lists };
  const sent = await statementsOf((database) => new PostgresFeedStore(database).number('p'), [head]);
  const numbering = sent.find(({ statement }) => statement.text.includes('row_number'));
  if (!numbering) throw new Error('nothing was numbered');
  const { read, compared } = await planOf(given().connection, numbering.statement, numbering.values);
  expect(compared).toBeLessThan(rows);
  expect(read).toBeLessThan(5 * rows);
});
