import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { testGateway } from '../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, namesOf, projectPath, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const get = (path: string, as = 'alice') => ask(given(), 'GET', path, { as });
const patch = (id: string, body: unknown) => ask(given(), 'PATCH', tagsPath(id), { body });
const history = async (id: string, as = 'alice', project = alpha) =>
  (await get(`${tagsPath(id, project)}/history`, as)).body.items;
const query = (text: string) => given().database.query({ text }, []);

test('every dialect that changes tags is in the history: who, through what, what', async () => {
  const id = await anImage(given(), ['made']);
  const v2 = `/v2/${alpha}/images/${id}/tags`;
  await ask(given(), 'PUT', `/v2/images/${id}/tags/put`);
  await ask(given(), 'DELETE', `/v2/images/${id}/tags/put`);
  await ask(given(), 'PATCH', `/v2/images/${id}`, {
    body: [{ op: 'replace', path: '/tags', value: ['whole'] }],
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
  });
  await ask(given(), 'POST', v2, { body: { tag: { key: 'env', value: 'prod' } } });
  await ask(given(), 'POST', `${v2}/action`, {
    body: { action: 'create', tags: [{ key: 'env', value: 'dev' }] },
  });
  await ask(given(), 'DELETE', `${v2}/env`);
  await ask(given(), 'PUT', '/v1/cloudimages/tags', { body: { image_id: id, tag: 'team.a' } });
  await ask(given(), 'DELETE', `/v1/${alpha}/cloudimages/${id}/tags/delete`, {
    body: { tags: [{ key: 'team' }] },
  });
  await patch(id, { add: ['native'] });
  await ask(given(), 'DELETE', `/v2/images/${id}`);
  const items = await history(id);
  expect(items.map(({ revision }) => revision)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(items.map(({ by, added, removed }) => [by.dialect, by.operation, added, removed]).reverse()).toEqual(
    [
      ['openstack-images', 'createImage', ['made'], []],
      ['openstack-images', 'addTag', ['put'], []],
      ['openstack-images', 'removeTag', [], ['put']],
      ['openstack-images', expect.any(String), ['whole'], ['made']],
      ['huawei-images', 'addImageTag', ['env=prod'], []],
      ['huawei-images', 'changeImageTags', ['env=dev'], ['env=prod']],
      ['huawei-images', 'removeImageTag', [], ['env=dev']],
      ['huawei-cloudimages', 'setTag', ['team=a'], []],
      ['huawei-cloudimages', 'removeTags', [], ['team=a']],
      ['tagway', 'patchTags', ['native'], []],
      ['openstack-images', 'deleteImage', [], ['native', 'whole']],
    ],
  );
  expect(items[0]).toMatchObject({
    image: id,
    reverts: null,
    batch: null,
    by: {
      user_id: 'alice',
      user_name: 'somebody',
      project_id: alpha,
      access_key: null,
      request_id: expect.any(String),
    },
  });
  expect((await get(tagsPath(id))).status).toBe(404);
  expect(namesOf(await get(`${tagsPath(id)}?revision=10`))).toEqual(['native', 'whole']);
});

test('what changes nothing is no change', async () => {
  const id = await anImage(given(), ['a']);
  await ask(given(), 'PUT', `/v2/images/${id}/tags/a`);
  await patch(id, { remove: ['none'] });
  await ask(given(), 'PATCH', `/v2/images/${id}`, {
    body: [{ op: 'replace', path: '/name', value: 'other' }],
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
  });
  expect(await history(id)).toHaveLength(1);
});

test('tags are shown as they were, by revision and by moment', async () => {
  const id = await anImage(given(), ['a']);
  const before = (await get(tagsPath(id))).body.updated_at;
  await patch(id, { add: ['b'] });
  await patch(id, { remove: ['a'] });
  const then = await get(`${tagsPath(id)}?revision=1`);
  expect([then.status, then.headers.get('etag'), then.body.revision, namesOf(then)]).toEqual([
    200,
    null,
    1,
    ['a'],
  ]);
  expect(namesOf(await get(`${tagsPath(id)}?revision=2`))).toEqual(['a', 'b']);
  expect(namesOf(await get(`${tagsPath(id)}?revision=3`))).toEqual(['b']);
  expect(namesOf(await get(`${tagsPath(id)}?revision=0`))).toEqual([]);
  const atMoment = await get(`${tagsPath(id)}?at=${before}`);
  expect([namesOf(atMoment), atMoment.headers.get('etag')]).toEqual([['a'], null]);
  expect(namesOf(await get(`${tagsPath(id)}?at=2999-01-01T00:00:00Z`))).toEqual(['b']);
  const early = await get(`${tagsPath(id)}?at=2001-01-01T00:00:00Z`);
  expect([early.status, early.body]).toEqual([
    410,
    expect.objectContaining({ type: '/problems/history-expired', oldest_revision: 0 }),
  ]);
  expect((await get(`${tagsPath(id)}?revision=4`)).body.type).toBe('/problems/revision-not-found');
  expect((await get(`${tagsPath(id)}?revision=1&at=${before}`)).status).toBe(400);
  expect((await get(`${tagsPath(id)}?at=yesterday`)).status).toBe(400);
});

test('pages of an image go back by revision, those of a project by `next`', async () => {
  const id = await anImage(given());
  for (const tag of ['a', 'b', 'c', 'd', 'e']) await patch(id, { add: [tag] });
  const first = await get(`${tagsPath(id)}/history?limit=2`);
  expect([first.body.items.map((item) => item.revision), first.body.next]).toEqual([[5, 4], '4']);
  const second = await get(`${tagsPath(id)}/history?limit=10&before=4`);
  expect([second.body.items.map((item) => item.revision), second.body.next]).toEqual([[3, 2, 1], null]);
  const pages: number[] = [];
  for (let after = ''; ;) {
    const { body } = await get(`${projectPath()}/history?image=${id}&limit=2${after}`);
    pages.push(...body.items.map((item) => item.revision));
    if (body.next === null) break;
    after = `&after=${body.next}`;
  }
  expect(pages).toEqual([5, 4, 3, 2, 1]);
});

test('the history of a project is asked by tag, key, user, dialect and time', async () => {
  const id = await anImage(given(), ['env=prod', 'env']);
  await ask(given(), 'PUT', `/v2/images/${id}/tags/environment`, { as: 'carol' });
  const middle = (await history(id))[0]?.at ?? '';
  await patch(id, { remove: [{ key: 'env' }] });
  const found = async (more: string) =>
    (await get(`${projectPath()}/history?image=${id}&${more}`)).body.items.map((item) => item.revision);
  expect(await found('name=env')).toEqual([3, 1]);
  expect(await found('name=env%3Dprod')).toEqual([3, 1]);
  expect(await found('key=env')).toEqual([3, 1]);
  expect(await found('key=environment')).toEqual([2]);
  expect(await found('user=carol')).toEqual([2]);
  expect(await found('dialect=tagway')).toEqual([3]);
  expect(await found(`since=${middle}`)).toEqual([3, 2]);
  expect(await found(`until=${middle}`)).toEqual([1]);
  expect((await get(`${projectPath()}/history?after=x`)).status).toBe(400);
  expect((await get(`${projectPath()}/history?limit=0`)).status).toBe(400);
});

test('history is for the project where it happened, and for readers of it', async () => {
  const id = await anImage(given(), ['a'], { visibility: 'community' });
  expect((await get(`${tagsPath(id)}/history`, 'reader-user')).status).toBe(200);
  expect((await get(`${tagsPath(id, beta)}/history`, 'bob')).body.type).toBe('/problems/not-allowed');
  expect((await get(`${tagsPath(id)}/history`, 'nobody')).status).toBe(403);
  expect((await get(`${tagsPath('00000000-0000-4000-8000-000000000000')}/history`)).status).toBe(404);
});

test('an image that changes its owner leaves its history behind and begins one with its whole set', async () => {
  const id = await anImage(given(), ['a', 'b']);
  await ask(given(), 'PATCH', `/v2/images/${id}`, {
    as: 'admin',
    body: [{ op: 'replace', path: '/owner', value: beta }],
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
  });
  expect((await history(id)).map(({ revision, added, removed }) => [revision, added, removed])).toEqual([
    [2, [], ['a', 'b']],
    [1, ['a', 'b'], []],
  ]);
  expect((await history(id, 'bob', beta)).map(({ revision, added }) => [revision, added])).toEqual([
    [2, ['a', 'b']],
  ]);
});

test('one change is taken back, or all behind a state; a preview does nothing', async () => {
  const id = await anImage(given(), ['a']);
  await patch(id, { add: ['b'], remove: ['a'] });
  await patch(id, { add: ['c'] });
  const revert = (body: object, headers = {}) =>
    ask(given(), 'POST', `${tagsPath(id)}/revert`, { body, headers });
  const preview = await revert({ revision: 2, dry_run: true });
  expect([preview.body.revision, namesOf(preview), preview.headers.get('etag')]).toEqual([
    3,
    ['a', 'c'],
    null,
  ]);
  expect((await revert({ revision: 2, dry_run: true }, { 'if-match': '"2"' })).status).toBe(412);
  expect((await revert({ revision: 2 }, { 'if-match': '"2"' })).status).toBe(412);
  const undone = await revert({ revision: 2 }, { 'if-match': '"3"' });
  expect([undone.headers.get('etag'), namesOf(undone)]).toEqual(['"4"', ['a', 'c']]);
  const back = await revert({ to: 2 });
  expect([back.body.revision, namesOf(back)]).toEqual([5, ['b']]);
  expect((await history(id)).map(({ reverts }) => reverts)).toEqual([2, 2, null, null, null]);
  expect((await revert({ revision: 9 })).status).toBe(404);
  expect((await revert({})).status).toBe(400);
  expect((await revert({ to: 1, revision: 1 })).status).toBe(400);
});

describe('a change that a build without history has made', () => {
  async function changedByOldBuild(): Promise<string> {
    const id = await anImage(given(), ['a']);
    const where = `where project_id = '${alpha}' and id = '${id}'`;
    await query(
      `insert into image_tags (project_id, image_id, name, key, value) values ('${alpha}', '${id}', 'old', 'old', '')`,
    );
    await query(`update images set tag_revision = tag_revision + 1 ${where}`);
    return id;
  }

  test('is shown as unrecorded, and what lies before it is expired', async () => {
    const id = await changedByOldBuild();
    expect((await history(id)).map(({ revision, by }) => [revision, by.dialect])).toEqual([
      [2, 'unrecorded'],
      [1, 'openstack-images'],
    ]);
    expect(namesOf(await get(`${tagsPath(id)}?revision=2`))).toEqual(['a', 'old']);
    const early = await get(`${tagsPath(id)}?revision=1`);
    expect([early.status, early.body.oldest_revision]).toEqual([410, 2]);
  });

  test('is written down by the next change', async () => {
    const id = await changedByOldBuild();
    await patch(id, { add: ['new'] });
    expect((await history(id)).map(({ revision, by, added }) => [revision, by.dialect, added])).toEqual([
      [3, 'tagway', ['new']],
      [2, 'unrecorded', []],
      [1, 'openstack-images', ['a']],
    ]);
    expect(namesOf(await get(`${tagsPath(id)}?revision=2`))).toEqual(['a', 'old']);
    expect((await get(`${tagsPath(id)}?revision=1`)).body.oldest_revision).toBe(2);
    expect((await ask(given(), 'POST', `${tagsPath(id)}/revert`, { body: { to: 1 } })).status).toBe(410);
    expect((await ask(given(), 'POST', `${tagsPath(id)}/revert`, { body: { revision: 2 } })).status).toBe(
      410,
    );
  });

  test('an image that it made begins with what it has', async () => {
    const id = await changedByOldBuild();
    await query(`update images set history_revision = null where id = '${id}'`);
    await query(`delete from tag_changes where image_id = '${id}'`);
    await patch(id, { add: ['new'] });
    expect((await history(id)).map(({ revision, by }) => [revision, by.dialect])).toEqual([
      [3, 'tagway'],
      [2, 'unrecorded'],
    ]);
  });
});

test('what is older than the retention goes, and only that', async () => {
  const id = await anImage(given(), ['a']);
  for (const tag of ['b', 'c', 'd']) await patch(id, { add: [tag] });
  const [, third] = await history(id);
  const store = new PostgresHistoryStore(given().database);
  while ((await store.removeBefore(alpha, third?.at ?? '', 2)) > 0);
  expect((await history(id)).map(({ revision }) => revision)).toEqual([4, 3]);
  expect(namesOf(await get(`${tagsPath(id)}?revision=2`))).toEqual(['a', 'b']);
  const gone = await get(`${tagsPath(id)}?revision=1`);
  expect([gone.status, gone.body.oldest_revision]).toEqual([410, 2]);
});
