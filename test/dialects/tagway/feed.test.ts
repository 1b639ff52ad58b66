import { startTestGateway, testGateway } from '../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, type ChangeEvent, namesOf, projectPath, tagsPath } from './native-calls';
import { EventReader } from '../../support/event-reader';
import { allowed } from '../../support/allowed';

const given = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_WATCHERS_PER_PROJECT: '4' },
});
const changes = (query = '', more: Parameters<typeof ask>[3] = {}) =>
  ask(given(), 'GET', `${projectPath()}/changes?${query}`, more);
const now = async () => (await changes()).body.next as string;
const patch = (id: string, body: unknown, gateway = given()) => ask(gateway, 'PATCH', tagsPath(id), { body });

const microseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

test('from now on every change comes once, as a CloudEvent with the whole set', async () => {
  const id = await anImage(given(), ['a']);
  const token = await now();
  await patch(id, { add: ['b'] });
  await ask(given(), 'DELETE', `/v2/images/${id}`);
  const { body } = await changes(`after=${token}`);
  expect(body.items).toHaveLength(2);
  expect(body.items[0]).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]+-\d+$/),
    source: `/projects/${alpha}`,
    type: 'tagway.image.tags.changed',
    subject: `images/${id}`,
    time: expect.stringMatching(microseconds),
    datacontenttype: 'application/json',
    data: expect.objectContaining({ image: id, revision: 2, added: ['b'], removed: [], tags: ['a', 'b'] }),
  });
  const history = await ask(given(), 'GET', `${tagsPath(id)}/history`);
  const [gone, changed] = history.body.items;
  expect(body.items.map(({ data }) => data)).toEqual([
    { ...changed, tags: ['a', 'b'] },
    { ...gone, tags: [] },
  ]);
  expect(changed?.at).toMatch(microseconds);
  expect(body.items[1]?.data).toMatchObject({
    revision: 3,
    removed: ['a', 'b'],
    tags: [],
    by: { operation: 'deleteImage' },
  });
  expect((await changes(`after=${String(body.next)}`)).body).toEqual({ items: [], next: body.next });
});

test('pages follow each other without a gap', async () => {
  const id = await anImage(given());
  let token = await now();
  for (let n = 0; n < 7; n++) await patch(id, { add: [`t${String(n)}`] });
  const revisions: number[] = [];
  for (;;) {
    const { body } = await changes(`after=${token}&limit=3`);
    if (body.items.length === 0) break;
    revisions.push(...body.items.map((item) => item.data.revision));
    token = body.next ?? '';
  }
  expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('who waits is answered as soon as something happens, and after the time when nothing does', async () => {
  const id = await anImage(given());
  const token = await now();
  const waiting = changes(`after=${token}&wait=20`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const begun = performance.now();
  await patch(id, { add: ['a'] });
  const { body } = await waiting;
  expect(body.items).toHaveLength(1);
  expect(performance.now() - begun).toBeLessThan(allowed(3_000));
  expect((await changes(`after=${String(body.next)}&wait=1`)).body.items).toEqual([]);
});

test('a change that another gateway makes arrives, too', async () => {
  const id = await anImage(given());
  const token = await now();
  const waiting = changes(`after=${token}&wait=20`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await given().database.query(
    {
      text: `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
      dialect, operation) values ($1, $2, 1, '2026-11-27Z', '{x}', '{}', '{x}', 'u', 'u', 'tagway', 'putTags')`,
    },
    [alpha, id],
  );
  expect((await waiting).body.items.map((item) => item.data.added)).toEqual([['x']]);
});

test('a stream sends each change, and goes on where it was left', async () => {
  const id = await anImage(given());
  const stream = await EventReader.open(given(), `${projectPath()}/changes`);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  await patch(id, { add: ['a'] });
  const first = await stream.next();
  expect([first.event, (JSON.parse(first.data) as ChangeEvent).data.added]).toEqual(['message', ['a']]);
  stream.close();
  await patch(id, { add: ['b'] });
  await patch(id, { add: ['c'] });
  const again = await EventReader.open(given(), `${projectPath()}/changes`, { 'last-event-id': first.id });
  const added = [await again.next(), await again.next()].map(
    ({ data }) => (JSON.parse(data) as ChangeEvent).data.added,
  );
  expect(added).toEqual([['b'], ['c']]);
  again.close();
});

test('with a selector come the changes of images that it finds, or has found', async () => {
  const [mine, other] = [await anImage(given()), await anImage(given())];
  const token = await now();
  await patch(other, { add: ['env=dev'] });
  await patch(mine, { add: ['env=prod'] });
  await patch(mine, { set: { env: 'dev' } });
  await patch(mine, { add: ['more'] });
  const { body } = await changes(`after=${token}&selector=${encodeURIComponent('env in (prod)')}`);
  expect(body.items.map((item) => [item.data.image, item.data.tags])).toEqual([
    [mine, ['env=prod']],
    [mine, ['env=dev']],
  ]);
  const wrong = await changes('selector=env%20is%20prod');
  expect([wrong.status, wrong.body.errors]).toEqual([
    400,
    [{ in: 'query', pointer: '/selector', detail: 'Expected an operator at character 5.' }],
  ]);
});

test('images are listed by selector, with a token from which a watch misses nothing', async () => {
  const ids = [];
  for (let n = 0; n < 5; n++) ids.push(await anImage(given(), ['listed', `n=${String(n)}`]));
  const page = (query: string) => ask(given(), 'GET', `${projectPath()}/images?${query}`);
  const found: string[] = [];
  let query = 'selector=listed,n!%3D3&limit=2';
  const tokens = new Set<string>();
  for (let after = ''; ;) {
    const { body } = await page(query + after);
    found.push(...body.items.map((item) => item.image));
    tokens.add(body.token ?? '');
    if (body.next === null) break;
    after = `&after=${body.next}`;
  }
  expect(found).toEqual(ids.filter((_, n) => n !== 3).sort());
  expect(tokens.size).toBe(1);
  await patch(ids[0] ?? '', { add: ['later'] });
  const { body } = await changes(`after=${[...tokens][0] ?? ''}`);
  expect(body.items.map((item) => item.data.added)).toEqual([['later']]);
  query = 'limit=1';
  expect((await page(query)).body.items[0]).toHaveProperty('revision');
});

test('a token of which something is removed, of another feed or of another project is refused', async () => {
  const id = await anImage(given());
  const token = await now();
  await patch(id, { add: ['a'] });
  await changes(`after=${token}`);
  await given().database.query({ text: 'update tag_feeds set removed_to = last where project_id = $1' }, [
    alpha,
  ]);
  const late = await changes(`after=${token}`);
  expect([late.status, late.body]).toEqual([
    410,
    expect.objectContaining({ type: '/problems/feed-expired', relist: `${projectPath()}/images` }),
  ]);
  const stream = await ask(given(), 'GET', `${projectPath()}/changes`, {
    headers: { accept: 'text/event-stream', 'last-event-id': token },
  });
  expect(stream.status).toBe(410);
  const fresh = await now();
  expect(
    (await ask(given(), 'GET', `${projectPath(beta)}/changes?after=${fresh}`, { as: 'bob' })).status,
  ).toBe(400);
  await given().database.query({ text: 'delete from tag_feeds where project_id = $1' }, [alpha]);
  expect((await changes(`after=${fresh}`)).status).toBe(410);
  expect((await changes('after=nonsense')).status).toBe(400);
});

test('both feeds get an event when an image changes its owner', async () => {
  const id = await anImage(given(), ['a']);
  const token = await now();
  const theirs = (await ask(given(), 'GET', `${projectPath(beta)}/changes`, { as: 'bob' })).body
    .next as string;
  await ask(given(), 'PATCH', `/v2/images/${id}`, {
    as: 'admin',
    body: [{ op: 'replace', path: '/owner', value: beta }],
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
  });
  const [left] = (await changes(`after=${token}`)).body.items;
  const [came] = (await ask(given(), 'GET', `${projectPath(beta)}/changes?after=${theirs}`, { as: 'bob' }))
    .body.items;
  expect([left?.data.tags, came?.data.tags, came?.data.added]).toEqual([[], ['a'], ['a']]);
});

test('a project has so many watchers as the setting says, and each place is free again', async () => {
  const open = () => EventReader.open(given(), `${projectPath()}/changes`);
  const streams = [await open(), await open(), await open(), await open()];
  const refused = await changes();
  expect([refused.status, refused.body.type]).toEqual([429, '/problems/too-many-watchers']);
  expect((await ask(given(), 'GET', `${projectPath(beta)}/changes`, { as: 'bob' })).status).toBe(200);
  for (const stream of streams) stream.close();
  await until(async () => (await changes()).status === 200);
});

test('watchers are ended when the gateway is about to stop', async () => {
  const gateway = await startTestGateway({ replace: { authenticator: testAuthenticator } });
  const stream = await EventReader.open(gateway, `${projectPath()}/changes`);
  const token = (await ask(gateway, 'GET', `${projectPath()}/changes`)).body.next as string;
  const waiting = ask(gateway, 'GET', `${projectPath()}/changes?after=${token}&wait=30`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  gateway.gateway.leave();
  expect((await waiting).body.items).toEqual([]);
  await expect(stream.next()).rejects.toThrow('the stream has ended');
  await gateway.close();
});

test('without history, history and feed are 404, and images are listed', async () => {
  const gateway = await startTestGateway({
    replace: { authenticator: testAuthenticator },
    env: { TAGWAY_HISTORY_DAYS: 'off' },
  });
  const id = await anImage(gateway, ['a']);
  const paths = [
    `${tagsPath(id)}/history`,
    `${projectPath()}/history`,
    `${projectPath()}/changes`,
    `${tagsPath(id)}?revision=1`,
  ];
  for (const path of paths) {
    const answer = await ask(gateway, 'GET', path);
    expect([path, answer.status, answer.body.type]).toEqual([path, 404, '/problems/history-off']);
  }
  expect((await patch(id, { add: ['b'] }, gateway)).status).toBe(200);
  expect(namesOf(await ask(gateway, 'GET', tagsPath(id)))).toEqual(['a', 'b']);
  expect((await ask(gateway, 'GET', `${projectPath()}/images`)).body.token).toBeNull();
  expect(await gateway.database.query({ text: 'select 1 from tag_changes' }, [])).toEqual([]);
  await gateway.close();
});
