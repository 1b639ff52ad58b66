import { Client } from 'pg';
import type { NewImage } from '../../src/core/image';
import { ownImages } from '../../src/core/ports';
import type { Task } from '../../src/core/task';
import type { Database } from '../../src/storage/database/database';
import { PostgresFeedStore } from '../../src/storage/history/feed-store';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import { PostgresImageCacheStore } from '../../src/storage/image-cache-store';
import { PostgresImageCounter } from '../../src/storage/images/image-counter';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresJobStore } from '../../src/storage/job-store';
import { PostgresMemberStore } from '../../src/storage/member-store';
import { PostgresProjectSettingsStore } from '../../src/storage/project-settings-store';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { PostgresStatisticsStore } from '../../src/storage/search/statistics-store';
import { PostgresSuggestionStore } from '../../src/storage/search/suggestion-store';
import { PostgresTaskStore } from '../../src/storage/task-store';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { PostgresWebhookQueue } from '../../src/storage/webhooks/webhook-queue';
import { PostgresWebhookStore } from '../../src/storage/webhooks/webhook-store';
import { engineConnection } from '../support/engine';
import { type SentStatement, statementsOf } from '../support/recorded-statements';
import { stampAt, tagChange } from '../support/tag-verbs';

/*
 * On Citus: what one project asks for is one task on one shard. A change of tags has an insert in a `with`, which Citus
 * takes apart; each of its parts must be one task.
 */

const at = '2026-11-21T00:00:00.000000Z';
const ref = { projectId: 'p', imageId: 'i' };
const hook = { projectId: 'p', webhookId: 'w' };
const tags = [{ name: 'a', key: 'a', value: '' }];
const image = { ...ref, name: 'n', createdAt: at, tags, properties: [] } as unknown as NewImage;
const list = { projectId: 'p', source: ownImages, where: [], marker: null, offset: 0, limit: 25 };
const byAge = (['createdAt', 'id'] as const).map((field) => ({ field, descending: true }));
const tagged = [{ kind: 'tags', condition: { kind: 'key', key: 'a', values: ['1'] } }] as const;
const untagged = [{ kind: 'tags', condition: { kind: 'untagged' } }] as const;
const task = {
  projectId: 'p',
  taskId: 't',
  type: 'api-image-import',
  state: 'pending',
  createdAt: at,
} as Task;
const ofProject = { projectId: 'p', taskId: null, type: null, state: null, imageId: 'i' };
const latest = { field: 'createdAt', descending: true } as const;
const job = { projectId: 'p', jobId: 'j', type: 'x', begunAt: at, endedAt: at, results: [] } as never;

const calls: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  'get image': (database) => new PostgresImageStore(database).get(ref),
  'create image': (database) => new PostgresImageStore(database).create(image, stampAt(at)),
  'find an image': (database) => new PostgresImageStore(database).find('i', 'q'),
  'change an image': (database) =>
    new PostgresImageStore(database).change(ref, stampAt(at), () => ({ name: 'm', tags: [] })),
  'remove an image': (database) => new PostgresImageStore(database).remove(ref, stampAt(at), () => undefined),
  'count images': (database) => new PostgresImageCounter(database).countOwned('p', 5),
  'list tags': (database) => new PostgresTagStore(database).list(ref),
  'list tags of a project': (database) => new PostgresTagStore(database).listProject('p'),
  'put a tag': (database) => new PostgresTagStore(database).change([tagChange(ref, { put: tags })]),
  'remove a tag': (database) =>
    new PostgresTagStore(database).change([tagChange(ref, { remove: [{ name: 'a' }] })]),
  'list images by age': (database) => new PostgresImageSearch(database).images({ ...list, sort: byAge }),
  'list images by tag': (database) =>
    new PostgresImageSearch(database).images({ ...list, sort: byAge, where: tagged }),
  'list images without tags': (database) =>
    new PostgresImageSearch(database).images({ ...list, sort: byAge, where: untagged }),
  'count images by tag': (database) => new PostgresImageSearch(database).count({ ...list, where: tagged }),
  'list members': (database) => new PostgresMemberStore(database).list(ref),
  'add a member': (database) => new PostgresMemberStore(database).add(ref, 'm', 128, at),
  'set a member': (database) => new PostgresMemberStore(database).setStatus(ref, 'm', 'accepted', at),
  'remove a member': (database) => new PostgresMemberStore(database).remove(ref, 'm'),
  'add a job': (database) => new PostgresJobStore(database).add(job),
  'get a job': (database) => new PostgresJobStore(database).get('p', 'j'),
  'end a job': (database) =>
    new PostgresJobStore(database).end(job, [{ image: ref, becomes: 'active' }], stampAt()),
  'register images with a job': (database) =>
    new PostgresJobStore(database).register([image], job, stampAt(at)),
  'add a task': (database) => new PostgresTaskStore(database).add(task),
  'step a task': (database) => new PostgresTaskStore(database).step(task, { state: 'success', at }),
  'find a task': (database) => new PostgresTaskStore(database).find('t', 'p', at),
  'tasks of an image': (database) => new PostgresTaskStore(database).ofImage('i', 'p', at),
  'list tasks': (database) =>
    new PostgresTaskStore(database).list({ now: at, where: ofProject, sort: latest, marker: null, limit: 5 }),
  'cache an image': (database) => new PostgresImageCacheStore(database).add(ref, 1, at),
  'use a cached image': (database) => new PostgresImageCacheStore(database).use(ref, 1, at),
  'remove a cached image': (database) => new PostgresImageCacheStore(database).remove(ref),
  'history of an image': (database) => new PostgresHistoryStore(database).ofImage(ref, 5, null),
  'history of a project': (database) =>
    new PostgresHistoryStore(database).ofProject({ projectId: 'p', limit: 5, key: 'k' }),
  'reach of a history': (database) => new PostgresHistoryStore(database).reach(ref),
  'retention of history': (database) => new PostgresHistoryStore(database).removeBefore('p', at, 5),
  'read the feed': (database) => new PostgresFeedStore(database).read('p', 0, 5),
  'read settings': (database) => new PostgresProjectSettingsStore(database).read('p'),
  'write settings': (database) => new PostgresProjectSettingsStore(database).write('p', {}),
  statistics: (database) =>
    new PostgresStatisticsStore(database).read({ projectId: 'p', key: null, since: '2026-11-21', most: 5 }),
  'suggest keys': (database) =>
    new PostgresSuggestionStore(database).suggest({ projectId: 'p', prefix: 'a', limit: 5, key: null }),
  'list webhooks': (database) => new PostgresWebhookStore(database).list('p'),
  'lease a webhook': (database) => new PostgresWebhookQueue(database).lease(hook, 'me', at, at),
};

/** Any row: the server is Citus, the id is free, the image is there. */
const row = {
  ...{ project_id: 'p', id: 'i', visibility: 'private', properties: [], tags: [], updated_at: at },
  ...{
    ordinal: 1,
    place: 1,
    verdict: 'allowed',
    done: true,
    tag_revision: 0,
    revision: 1,
    added: [],
    removed: [],
  },
};

let client: Client;
beforeAll(async () => {
  client = new Client(engineConnection());
  await client.connect();
});
afterAll(() => client.end());

async function planOf({ statement, values }: SentStatement): Promise<string[]> {
  const given = { text: `explain (costs off) ${statement.text}`, values: [...values] };
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(given);
  return rows.map((line) => line['QUERY PLAN']);
}

/** How many tasks each part of a statement has. */
async function tasksOf(sent: SentStatement): Promise<number[]> {
  const lines = await planOf(sent);
  return lines.flatMap((line) => [...line.matchAll(/Task Count: (\d+)/g)].map(([, count]) => Number(count)));
}

const onCitus = process.env['TEST_ENGINE'] === 'citus' ? test : test.skip;

onCitus.each(Object.keys(calls))('%s: one task on one shard', async (name) => {
  const sent = (await statementsOf(calls[name] ?? none, [row], 'citus')).filter(isOfProjects);
  expect(sent.length).toBeGreaterThan(0);
  for (const one of sent) {
    const tasks = await tasksOf(one);
    expect([one.statement.text, new Set(tasks)]).toEqual([one.statement.text, new Set([1])]);
  }
});

// Through the coordinator they would go to every node, and every node would have to commit.
onCitus.each(['put a tag', 'remove a tag', 'change an image'])(
  '%s: its rows are written where they are selected',
  async (name) => {
    const sent = (await statementsOf(calls[name] ?? none, [row], 'citus')).filter(isOfProjects);
    const plans = await Promise.all(sent.map(planOf));
    expect(plans.flat().join('\n')).toContain('Insert on tag_changes');
    expect(plans.flat().filter((line) => line.includes('pull to coordinator'))).toEqual([]);
  },
);

onCitus('the count sees a statement that asks every shard', async () => {
  expect(await tasksOf({ statement: { text: 'select count(*) from images' }, values: [] })).not.toEqual([1]);
});

function isOfProjects({ statement: { text } }: SentStatement): boolean {
  return !/pg_extension|^(?:begin|commit|rollback)$/.test(text);
}

function none(): Promise<never> {
  throw new Error('there is no such call');
}
