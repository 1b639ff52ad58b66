import { join } from 'node:path';
import { Client } from 'pg';
import type { ImageSelection } from '../../src/core/ports';
import { connectionBudget } from '../../src/storage/database/connection-budget';
import {
  type Database,
  pingStatement,
  sessionOptions,
  type Statement,
} from '../../src/storage/database/database';
import { PostgresExternalUserKeyStore } from '../../src/storage/identity/access-keys';
import { PostgresIdentityStore } from '../../src/storage/identity/store';
import { PostgresLoginAttemptStore } from '../../src/storage/identity/login-attempts';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { PostgresImageCacheStore } from '../../src/storage/image-cache-store';
import { PostgresImageCounter } from '../../src/storage/images/image-counter';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresFeedStore } from '../../src/storage/history/feed-store';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import { PostgresProjectSettingsStore } from '../../src/storage/project-settings-store';
import { PostgresJobStore } from '../../src/storage/job-store';
import { PostgresMemberStore } from '../../src/storage/member-store';
import { PostgresMetadefStore } from '../../src/storage/metadefs/metadef-store';
import { PostgresStatisticsStore } from '../../src/storage/search/statistics-store';
import { PostgresSuggestionStore } from '../../src/storage/search/suggestion-store';
import { keepsRowVersions } from '../../src/storage/database/engine';
import { readStatements } from '../../src/storage/search/page-reader';
import { findTagCount, discardAllTagCounts } from '../../src/storage/tags/tag-count-statements';
import { TagCounts } from '../../src/storage/tags/tag-counts';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { PostgresTaskStore } from '../../src/storage/task-store';
import { PostgresWebhookQueue } from '../../src/storage/webhooks/webhook-queue';
import { PostgresWebhookStore } from '../../src/storage/webhooks/webhook-store';
import { testDatabase } from '../support/database';
import { type SentStatement, statementsOf } from '../support/recorded-statements';
import { markedReadsIn } from '../support/sql-lint';

const given = testDatabase();
const storage = join(__dirname, '../../src/storage');
const ref = { projectId: 'p', imageId: 'i' };
const hook = { projectId: 'p', webhookId: 'w' };
const own: ImageSelection = { own: true, public: true, community: true, shared: 'all', everyProject: false };
const about = {
  domainId: null,
  target: 'p',
  auditId: 'a',
  parentAuditId: null,
  credentialId: null,
  adminRoles: ['admin'],
};
const question = { ...about, userId: 'u', projectId: 'p' };
const statistics = { projectId: 'p', key: null, since: '2026-11-21', most: 5 };
const suggestion = { projectId: 'p', prefix: 'a', limit: 5 };
const list = { projectId: 'p', source: own, where: [], sort: [{ field: 'name', descending: true }] };
const page = { ...list, marker: null, offset: 0, limit: 25 } as never;

const moment = '2026-11-28T00:00:00.000000Z';
const anyTask = { taskId: null, projectId: null, type: null, state: null, imageId: null };
const lastTask = { taskId: 't', createdAt: moment, expiresAt: null } as never;
const taskQuery = {
  ...{ now: moment, where: anyTask, marker: lastTask, limit: 5 },
  sort: { field: 'expiresAt', descending: true },
} as const;

/** Everything that stores ask without changing anything. */
const calls: readonly ((database: Database) => Promise<unknown>)[] = [
  (database) => database.query(pingStatement, []),
  (database) => connectionBudget(database, { poolSize: 10, workers: 1, gateways: 1 }),
  (database) => new PostgresImageStore(database).find('i', 'p'),
  (database) => new PostgresImageStore(database).get(ref),
  (database) => new PostgresImageCounter(database).countOwned('p', 5),
  (database) => new PostgresImageCacheStore(database).list(5),
  (database) => new PostgresImageSearch(database).images(page),
  (database) => new PostgresImageSearch(database).count(page),
  (database) => new PostgresHistoryStore(database).present(ref),
  (database) => new PostgresHistoryStore(database).ofImage(ref, 5, null),
  (database) => new PostgresHistoryStore(database).ofProject({ projectId: 'p', limit: 5, key: 'k' }),
  (database) => new PostgresHistoryStore(database).change(ref, 1),
  (database) => new PostgresHistoryStore(database).lastBefore(ref, '2026-11-27Z'),
  (database) => new PostgresHistoryStore(database).reach(ref),
  (database) => new PostgresHistoryStore(database).projects('', 5),
  (database) => new PostgresFeedStore(database).heads(['p']),
  (database) => new PostgresFeedStore(database).read('p', 0, 5),
  (database) => new PostgresProjectSettingsStore(database).read('p'),
  (database) => new PostgresProjectSettingsStore(database).staleListModes(),
  (database) => new PostgresWebhookStore(database).list('p'),
  (database) => new PostgresWebhookStore(database).get(hook),
  (database) => new PostgresWebhookStore(database).deliveries(hook, 5),
  (database) => new PostgresWebhookQueue(database).due('2026-11-27Z', 5),
  (database) => new PostgresWebhookQueue(database).secrets(hook, '2026-11-27Z'),
  (database) => new PostgresMemberStore(database).list(ref),
  (database) => new PostgresMetadefStore(database).listNamespaces('p'),
  (database) => new PostgresMetadefStore(database).findNamespace('n'),
  (database) => new PostgresMetadefStore(database).listItems('n', 'tag'),
  (database) => new PostgresMetadefStore(database).listAssociations(['n']),
  (database) => new PostgresMetadefStore(database).findItem('n', 'tag', 't'),
  (database) => new PostgresMetadefStore(database).listResourceTypes(),
  (database) => new PostgresMetadefStore(database).isKnownResourceType('r'),
  (database) => new PostgresJobStore(database).get('p', 'j'),
  (database) => new PostgresJobStore(database).pending(5),
  (database) => new PostgresTaskStore(database).find('t', 'p', moment),
  (database) => new PostgresTaskStore(database).ofImage('i', null, moment),
  (database) => new PostgresTaskStore(database).list(taskQuery),
  (database) => new PostgresStatisticsStore(database).read(statistics),
  (database) => new PostgresSuggestionStore(database).suggest({ ...suggestion, key: null }),
  (database) => new PostgresSuggestionStore(database).suggest({ ...suggestion, key: 'k' }),
  (database) => new TagCounts(database).count({ projectId: 'p', key: 'k', value: 'v' }),
  (database) => database.query(findTagCount, ['p', 'k', 'v']),
  (database) => keepsRowVersions(database),
  (database) => database.query(readStatements.kept, ['p', ['i'], 5]),
  (database) => database.query(readStatements.bounded, ['p', ['i'], 5]),
  (database) => new PostgresTagStore(database).list(ref),
  (database) => new PostgresTagStore(database).listProject('p'),
  (database) => new PostgresIdentityStore(database).directory.findProject({ id: 'p' }),
  (database) => new PostgresIdentityStore(database).directory.findProject({ name: 'p' }),
  (database) => new PostgresIdentityStore(database).directory.findDomain({ id: 'd' }),
  (database) => new PostgresIdentityStore(database).directory.findDomain({ name: 'd' }),
  (database) => new PostgresIdentityStore(database).roles.roleFacts(),
  (database) =>
    new PostgresIdentityStore(database).entities.list('project', { domain_id: 'd', parent_id: null }),
  (database) => new PostgresIdentityStore(database).entities.passwordHashOf('u'),
  (database) => new PostgresIdentityStore(database).grants.grants({ actor: { kind: 'user', id: 'u' } }),
  (database) => new PostgresIdentityStore(database).grants.membersOf('g'),
  (database) => new PostgresIdentityStore(database).grants.groupsOf('u'),
  (database) => new PostgresIdentityStore(database).grants.implied(),
  (database) => new PostgresIdentityStore(database).endpointFilter.associations('endpoint'),
  (database) =>
    new PostgresIdentityStore(database).endpointFilter.associations('endpoint-group', { projectId: 'p' }),
  (database) => new PostgresIdentityStore(database).directory.listProjects(),
  (database) => new PostgresIdentityStore(database).directory.projectGrantsOf('u'),
  (database) => new PostgresIdentityStore(database).directory.findUser({ id: 'u' }),
  (database) => new PostgresIdentityStore(database).directory.findUser({ name: 'u' }),
  (database) => new PostgresIdentityStore(database).directory.listUsers(),
  (database) => new PostgresIdentityStore(database).directory.hasUsers(),
  (database) => new PostgresIdentityStore(database).directory.rolesIn('p', 'u'),
  (database) => new PostgresIdentityStore(database).tokens.tokenFacts(question),
  (database) => new PostgresIdentityStore(database).tokens.tokenKeys(),
  (database) => new PostgresIdentityStore(database).credentials.findCredential('c'),
  (database) => new PostgresIdentityStore(database).credentials.findCredentialByName('u', 'c'),
  (database) => new PostgresIdentityStore(database).credentials.listCredentials('u'),
  (database) => new PostgresIdentityStore(database).credentials.listAccessRules('u'),
  (database) => new PostgresIdentityStore(database).userCredentials.findUserCredential('c'),
  (database) => new PostgresIdentityStore(database).userCredentials.listUserCredentials('u'),
  (database) => new PostgresIdentityStore(database).userCredentials.listUserCredentials(),
  (database) => new PostgresIdentityStore(database).accessKeys.listAccessKeys(),
  (database) => new PostgresIdentityStore(database).accessKeys.findAccessKey('k'),
  (database) => new PostgresLoginAttemptStore(database).tries(['n']),
  (database) => new PostgresExternalUserKeyStore(database).listAccessKeys(),
  (database) => new PostgresExternalUserKeyStore(database).findAccessKey('k'),
];

/** What goes to Citus in another form; first it is asked whether the server is one. */
const onCitus: typeof calls = [
  (database) => new PostgresImageStore(database).find('i', 'p'),
  (database) => new PostgresHistoryStore(database).projects('', 5),
  (database) => new PostgresImageSearch(database).images(page),
  (database) => new PostgresImageSearch(database).count(page),
];

/** Before its first count a gateway gives up what others have kept. */
const isNotOfTheBegin = ({ statement }: SentStatement): boolean => statement !== discardAllTagCounts;

async function sent(): Promise<SentStatement[]> {
  const asked = calls.map(async (call) => (await statementsOf(call)).filter(isNotOfTheBegin));
  const askedOfCitus = onCitus.map((call) => statementsOf(call, [{ project_id: 'p' }], 'citus'));
  return (await Promise.all([...asked, ...askedOfCitus])).flat();
}

async function playReadOnly(statements: readonly SentStatement[]): Promise<void> {
  const client = new Client({ ...given().connection, ssl: false });
  await client.connect();
  try {
    await client.query('begin read only');
    for (const { statement, values } of statements) await client.query(statement.text, [...values]);
  } finally {
    await client.end();
  }
}

test('whatever stores ask without a change is marked as a read, and changes nothing when Postgres watches', async () => {
  const all = await sent();
  expect(all.filter(({ statement }) => statement.reads !== true)).toEqual([]);
  await playReadOnly(all);
});

/** Postgres decides after five executions. */
const executions = 6;

// What is planned for each execution spends more on that than on reading.
test('each named read keeps one plan', async () => {
  const named = (await sent()).filter(({ statement }) => statement.name !== undefined);
  expect(named.length).toBeGreaterThan(15);
  const client = new Client({ ...given().connection, ssl: false, options: sessionOptions });
  await client.connect();
  try {
    for (const { statement, values } of named) {
      for (let n = 0; n < executions; n++) await client.query({ ...statement, values: [...values] });
    }
    const planned = await client.query('select name from pg_prepared_statements where generic_plans = 0');
    expect(planned.rows).toEqual([]);
  } finally {
    await client.end();
  }
});

test('no statement is marked as a read that was not played', async () => {
  const texts = (await sent()).map(({ statement }) => statement.text);
  const marked = markedReadsIn(storage);
  expect(marked.length).toBeGreaterThan(20);
  const composed = marked.filter(({ pieces }) => pieces.length === 0);
  const files = composed.map(({ file }) => file).sort();
  expect(files).toEqual([
    'entities.ts',
    'history-store.ts',
    'image-search.ts',
    ...[
      'page-finder.ts',
      'page-finder.ts',
      'page-reader.ts',
      'page-reader.ts',
      'page-reader.ts',
      'tag-sizes.ts',
      'task-store.ts',
    ],
  ]);
  const unplayed = marked.filter(
    ({ pieces }) => !texts.some((text) => pieces.every((piece) => text.includes(piece))),
  );
  expect(unplayed).toEqual([]);
});

test.each<Statement>([
  { text: `delete from image_tags where project_id = 'p'` },
  { text: `with gone as (delete from jobs returning id) select * from gone` },
  { text: `select 1 from images where project_id = 'p' for no key update` },
])('Postgres refuses $text as a read', async (statement) => {
  await expect(playReadOnly([{ statement, values: [] }])).rejects.toMatchObject({ code: '25006' });
});
