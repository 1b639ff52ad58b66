import { openstack } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { keepSecret } from '../support/secrets';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();
const alpha = `/admin/projects/${seeded.alpha}`;
const data = { headers: { 'Content-Type': 'application/octet-stream' } };

let bob = '';
beforeAll(async () => {
  bob = await signIn(site().url, 'bob', seeded.password, 'beta');
});

const ofAlpha = () => openstack({ port: site().port, token: site().alice, project: seeded.alpha });
const ofBeta = () => openstack({ port: site().port, token: bob, project: seeded.beta });
const ask = (...asked: Parameters<ReturnType<typeof site>['ask']>): Promise<Answer> => site().ask(...asked);
const asAlice = (method: string, path: string, sent = {}): Promise<Answer> =>
  send(site().port, method, path, { token: site().alice, ...sent });

async function expectDone(answer: Promise<Answer>): Promise<void> {
  expect(await answer).toMatchObject({ status: 204, text: '' });
}

async function taken(path: string): Promise<string> {
  const answer = await ask('POST', `${path}/snapshots`);
  expect(answer.status).toBe(201);
  return answer.json<{ id: string }>().id;
}

async function filled(name: string, content: string): Promise<string> {
  const image = await ofAlpha().create({ name, disk_format: 'raw', container_format: 'bare', tags: ['x'] });
  await expectDone(asAlice('PUT', `/v2/images/${image}/file`, { ...data, body: content }));
  return image;
}

const changesOf = (project: string) => `/tags/v1/projects/${project}/changes`;

test('the reset of a project brings its seed back, and leaves the other project alone', async () => {
  const [mine, theirs] = [
    await filled('mine', 'data'),
    await ofBeta().create({ name: 'theirs', tags: ['t'] }),
  ];
  await ofAlpha().put(seeded.image, 'more');
  const settings = `/tags/v1/projects/${seeded.alpha}/settings`;
  const defaults = (await asAlice('GET', settings)).text;
  expect((await asAlice('PUT', settings, { body: { stale_lists: 'merge' } })).status).toBe(200);
  await expectDone(ask('POST', `${alpha}/reset`));
  expect(await ofAlpha().tags(seeded.image)).toEqual(['a', 'k=v']);
  expect((await asAlice('GET', `/v2/images/${mine}`)).status).toBe(404);
  expect((await asAlice('GET', settings)).text).toBe(defaults);
  expect(await ofBeta().tags(theirs)).toEqual(['t']);
});

test('a snapshot brings back deleted images with tags, members, data, history and revision', async () => {
  const image = await filled('kept', 'the data');
  await ofAlpha().put(image, 'y');
  expect(
    (await asAlice('POST', `/v2/images/${image}/members`, { body: { member: seeded.beta } })).status,
  ).toBe(200);
  const parts = ['', '/members', '/file'].map((part) => `/v2/images/${image}${part}`);
  const history = `/tags/v1/projects/${seeded.alpha}/images/${image}/tags/history`;
  const state = () => Promise.all([...parts, history].map(async (path) => (await asAlice('GET', path)).text));
  const before = await state();
  expect(before[2]).toBe(JSON.stringify('the data'));
  expect(before[3]).toContain('"added":["y"]');
  const id = await taken(alpha);
  await expectDone(asAlice('DELETE', `/v2/images/${image}`));
  const later = await filled('later', 'other');
  await expectDone(ask('POST', `${alpha}/reset`));
  await expectDone(ask('POST', `${alpha}/snapshots/${id}/restore`));
  expect(await state()).toEqual(before);
  expect((await asAlice('GET', `/v2/images/${later}`)).status).toBe(404);
  await expectDone(ask('DELETE', `${alpha}/snapshots/${id}`));
  expect((await ask('POST', `${alpha}/snapshots/${id}/restore`)).status).toBe(404);
  expect(await state()).toEqual(before);
});

test("a restore ends the project's feed, and no other", async () => {
  const tokenOf = async (project: string, token: string): Promise<string> => {
    const answer = await send(site().port, 'GET', `${changesOf(project)}?wait=0`, { token });
    return answer.json<{ next: string }>().next;
  };
  const [mine, theirs] = [await tokenOf(seeded.alpha, site().alice), await tokenOf(seeded.beta, bob)];
  const waiting = asAlice('GET', `${changesOf(seeded.alpha)}?wait=20&after=${mine}`);
  const id = await taken(alpha);
  await expectDone(ask('POST', `${alpha}/snapshots/${id}/restore`));
  const gone = await asAlice('GET', `${changesOf(seeded.alpha)}?wait=0&after=${mine}`);
  expect([gone.status, (await waiting).status]).toEqual([410, 410]);
  expect(gone.text).toContain('feed-expired');
  const after = await send(site().port, 'GET', `${changesOf(seeded.beta)}?wait=0&after=${theirs}`, {
    token: bob,
  });
  expect(after.status).toBe(200);
  await expectDone(ask('DELETE', `${alpha}/snapshots/${id}`));
});

test('during restores the other project is written without a pause, and a tag is before or after', async () => {
  await ofAlpha().put(seeded.image, 'start');
  const [theirs, before] = [await ofBeta().create({ name: 'busy' }), await ofAlpha().tags(seeded.image)];
  const id = await taken(alpha);
  const over = new AbortController();
  const beta = (async () => {
    let count = 0;
    while (!over.signal.aborted)
      expect((await ofBeta().put(theirs, `t${String(count++ % 100)}`)).status).toBe(204);
    return count;
  })();
  for (let round = 0; round < 20; round++) {
    const writing = Array.from({ length: 4 }, (_, index) => ofAlpha().put(seeded.image, `w${String(index)}`));
    await expectDone(ask('POST', `${alpha}/snapshots/${id}/restore`));
    expect((await Promise.all(writing)).map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    const now = await ofAlpha().tags(seeded.image);
    expect(now.filter((tag) => !/^w[0-3]$/.test(tag))).toEqual(before);
    // The statistics of the project, and the image, are of the same rows.
    const listed = await asAlice('GET', `/v2/images/${seeded.image}`);
    expect(listed.json<{ tags: string[] }>().tags.sort()).toEqual([...now].sort());
  }
  over.abort();
  expect(await beta).toBeGreaterThan(20);
  expect((await ofBeta().tags(theirs)).length).toBeGreaterThan(20);
  await expectDone(ask('DELETE', `${alpha}/snapshots/${id}`));
});

test('a snapshot of everything brings every project back; users and tokens stay', async () => {
  const [mine, theirs] = [
    await filled('all', 'all data'),
    await ofBeta().create({ name: 'all', tags: ['t'] }),
  ];
  const id = await taken('/admin');
  await expectDone(ask('POST', '/admin/reset'));
  expect((await asAlice('GET', `/v2/images/${mine}`)).status).toBe(404);
  await expectDone(ask('POST', `/admin/snapshots/${id}/restore`));
  expect((await asAlice('GET', `/v2/images/${mine}/file`)).text).toBe(JSON.stringify('all data'));
  expect([await ofAlpha().tags(mine), await ofBeta().tags(theirs)]).toEqual([['x'], ['t']]);
  expect((await ask('GET', '/admin/snapshots')).json()).toMatchObject({ snapshots: [{ id }] });
  // It is no snapshot of the project.
  expect((await ask('POST', `${alpha}/snapshots/${id}/restore`)).status).toBe(404);
  await expectDone(ask('DELETE', `/admin/snapshots/${id}`));
});

test('what cannot be is refused in the form of /admin', async () => {
  const unknown = { error: { code: 404, title: 'Not Found' } };
  for (const path of ['/reset', '/snapshots', '/snapshots/x/restore']) {
    expect((await ask('POST', `/admin/projects/none${path}`)).json()).toMatchObject(unknown);
  }
  expect((await ask('DELETE', '/admin/snapshots/none')).json()).toMatchObject(unknown);
  expect((await ask('PUT', '/admin/snapshots')).headers.allow).toBe('GET, HEAD, POST');
  expect((await asAlice('POST', `${alpha}/reset`)).status).toBe(403);
  for (let count = 0; count < 20; count++) await taken(alpha);
  expect((await ask('POST', `${alpha}/snapshots`)).json()).toMatchObject({ error: { code: 409 } });
  const { snapshots } = (await ask('GET', `${alpha}/snapshots`)).json<{ snapshots: { id: string }[] }>();
  expect(snapshots).toHaveLength(20);
  for (const { id } of snapshots) await expectDone(ask('DELETE', `${alpha}/snapshots/${id}`));
});

test('a throw-away project has a user, a key and an environment, and goes with all of it', async () => {
  interface Made {
    project: { id: string; name: string };
    user: { id: string; name: string; password: string };
    accessKey: { access: string; secret: string };
    env: Record<string, string>;
    openrc: string;
  }
  const made = (await ask('POST', '/admin/projects')).json<Made>();
  const { project, user, accessKey: pair, env } = made;
  keepSecret(user.password);
  keepSecret(pair.secret);
  expect(env).toMatchObject({ OS_AUTH_URL: `${site().url}/v3`, OS_PASSWORD: user.password });
  expect(made.openrc).toContain(`export OS_PROJECT_NAME='${project.name}'\n`);
  const token = await signIn(site().url, user.name, user.password, project.name);
  const own = openstack({ port: site().port, token, project: project.id });
  const image = await own.create({ name: 'own', tags: ['t'] });
  const signed = `/v2/${project.id}/images/tags`;
  expect((await send(site().port, 'GET', signed, { pair })).status).toBe(200);
  await taken(`/admin/projects/${project.id}`);
  const whole = await taken('/admin');
  await expectDone(ask('DELETE', `/admin/projects/${project.id}`));
  await expectDone(ask('POST', `/admin/snapshots/${whole}/restore`));
  expect((await send(site().port, 'GET', '/v2/images', { token })).status).toBe(401);
  expect((await send(site().port, 'GET', signed, { pair })).status).toBe(401);
  const text = `select (select count(*)::int from images where id = $1) as images,
    (select count(*)::int from identity_users where id = $2) as users,
    (select count(*)::int from identity_projects where id = $3) as projects,
    (select count(*)::int from project_snapshots where project_id = $3) as snapshots`;
  const [left] = await site().database.query({ text }, [image, user.id, project.id]);
  expect(left).toEqual({ images: 0, users: 0, projects: 0, snapshots: 0 });
  expect((await ask('DELETE', `/admin/projects/${project.id}`)).status).toBe(404);
  expect((await ask('DELETE', alpha)).status).toBe(404);
});

test('a throw-away project takes a name, once', async () => {
  const body = { name: "worker 'one'" };
  const made = await ask('POST', '/admin/projects', { body });
  expect([made.status, made.json<{ project: unknown }>().project]).toMatchObject([201, body]);
  expect((await ask('POST', '/admin/projects', { body })).status).toBe(409);
  expect((await ask('POST', '/admin/projects', { body: { name: 'bob' } })).status).toBe(409);
  expect((await ask('POST', '/admin/projects', { body: { name: 'bob' } })).text).toContain('user');
  expect((await ask('POST', '/admin/projects', { body: { name: '' } })).status).toBe(400);
  expect((await ask('POST', '/admin/projects', { body: { nam: 'x' } })).status).toBe(400);
  expect((await ask('POST', '/admin/projects', { body: 'x' })).status).toBe(400);
});
