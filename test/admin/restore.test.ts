import { openstack } from '../support/dialects';
import { seeded } from '../support/seed';
import { type Answer, send, type Sent } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();
const project = `/tags/v1/projects/${seeded.alpha}`;
const snapshots = `/admin/projects/${seeded.alpha}/snapshots`;
const asAlice = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  send(site().port, method, path, { token: site().alice, ...sent });
const ofAlpha = () => openstack({ port: site().port, token: site().alice, project: seeded.alpha });

async function taken(): Promise<string> {
  return (await site().ask('POST', snapshots)).json<{ id: string }>().id;
}

async function restored(id: string): Promise<void> {
  expect((await site().ask('POST', `${snapshots}/${id}/restore`)).status).toBe(204);
}

/** The tables that a change of images and tags touches, row by row, with where each row lies. */
async function rows(where: boolean): Promise<unknown> {
  const tables = ['images', 'image_tags', 'image_members', 'tag_changes', 'image_owners', 'jobs', 'webhooks'];
  const all = tables.map(async (table) => {
    const text = `select row_to_json(t)::text as line${where ? ', t.ctid::text as place' : ''} from ${table} t
      where t.project_id = $1 order by 1`;
    return site().database.query({ text }, [seeded.alpha]);
  });
  return Promise.all(all);
}

test('a restore leaves what is as it was, and mends what changed, went and came', async () => {
  const [kept, tagged, renamed, deleted] = await Promise.all(
    ['kept', 'tagged', 'renamed', 'deleted'].map((name) => ofAlpha().create({ name, tags: ['a', 'b=1'] })),
  );
  await asAlice('POST', `/v2/images/${String(tagged)}/members`, { body: { member: seeded.beta } });
  await asAlice('POST', `${project}/webhooks`, { body: { url: 'http://127.0.0.1:9/' } });
  const id = await taken();
  const before = await rows(true);
  await restored(id);
  expect(await rows(true)).toEqual(before);

  const state = await rows(false);
  const later = await ofAlpha().create({ name: 'later', tags: ['c'] });
  await ofAlpha().put(String(tagged), 'more');
  await asAlice('DELETE', `/v2/images/${String(tagged)}/tags/a`);
  await asAlice('DELETE', `/v2/images/${String(tagged)}/members/${seeded.beta}`);
  await asAlice('POST', `/v2/images/${String(kept)}/members`, { body: { member: seeded.beta } });
  const headers = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
  const body = [{ op: 'replace', path: '/name', value: 'other' }];
  expect((await asAlice('PATCH', `/v2/images/${String(renamed)}`, { headers, body })).status).toBe(200);
  expect((await asAlice('DELETE', `/v2/images/${String(deleted)}`)).status).toBe(204);
  expect(await rows(false)).not.toEqual(state);
  await restored(id);
  expect(await rows(false)).toEqual(state);
  expect((await asAlice('GET', `/v2/images/${later}`)).status).toBe(404);
  expect((await ofAlpha().tags(String(deleted))).sort()).toEqual(['a', 'b=1']);
  // The tags of an image that changed are not written anew.
  expect(await untouched(before)).toBe(true);
});

/** Whether every tag that was there before, save what was removed by hand or with its image, lies where it lay. */
async function untouched(before: unknown): Promise<boolean> {
  const [, tags] = before as { line: string; place: string }[][];
  const [, now] = (await rows(true)) as { line: string; place: string }[][];
  const places = new Map(now?.map(({ line, place }) => [line, place]));
  const moved = (tags ?? []).filter(({ line, place }) => places.get(line) !== place);
  // 'a' of one image, and both of the deleted one.
  return moved.length === 3;
}

test('a restore after a reset, and one of a project that others have filled, bring back every row', async () => {
  await Promise.all(['x', 'y'].map((name) => ofAlpha().create({ name, tags: ['a', 'b'] })));
  const [id, state] = [await taken(), await rows(false)];
  expect((await site().ask('POST', `/admin/projects/${seeded.alpha}/reset`)).status).toBe(204);
  await restored(id);
  expect(await rows(false)).toEqual(state);
  expect((await site().ask('POST', `/admin/projects/${seeded.alpha}/reset`)).status).toBe(204);
  await Promise.all(['p', 'q', 'r'].map((name) => ofAlpha().create({ name, tags: ['z'] })));
  await restored(id);
  expect(await rows(false)).toEqual(state);
});

test('rows of a snapshot from before a column have its default, also where the row is there', async () => {
  await ofAlpha().create({ name: 'early', tags: ['a', 'b'] });
  const [id, state] = [await taken(), await rows(false)];
  const without = (table: string, column: string) =>
    `update project_snapshot_rows s set columns = array_remove(columns, '${column}'),
      rows = (select json_agg(line::jsonb - '${column}') from json_array_elements(s.rows) l (line))
    where project_id = $1 and snapshot_id = $2 and table_name = '${table}'`;
  for (const [table, column] of [
    ['image_tags', 'image_created_at'],
    ['images', 'history_revision'],
  ] as const)
    await site().database.query({ text: without(table, column) }, [seeded.alpha, id]);
  await restored(id);
  const withDefaults = (JSON.parse(JSON.stringify(state)) as { line: string }[][]).map((lines) =>
    lines.map(({ line }) => ({
      line: line
        .replace(/"image_created_at":"[^"]*"/, '"image_created_at":null')
        .replace(/"history_revision":\d+/, '"history_revision":null'),
    })),
  );
  expect(withDefaults).not.toEqual(state);
  expect(await rows(false)).toEqual(withDefaults);
});
