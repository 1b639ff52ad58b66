import { huaweiImages, openstack, type Speaker } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { openTalk } from '../support/raw-talk';
import { seeded } from '../support/seed';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

/** What comes over the wire under each kind of fault. How clients take it is in test/clients/faults.test.ts. */
const site = adminSite();

const set = async (body: object): Promise<void> => {
  expect((await site().ask('POST', '/admin/faults', { body })).status).toBe(201);
};
const alice = (): Speaker => ({ port: site().port, token: site().alice, project: seeded.alpha });
const tags = (): Promise<string[]> => openstack(alice()).tags(seeded.image);
const path = `/v2/images/${seeded.image}`;

/** All bytes until the gateway ends the connection, which stays open otherwise. */
function heard(method: string, target: string): Promise<string> {
  const talk = openTalk(site().port);
  talk.socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${site().alice}\r\n\r\n`);
  return talk.ended;
}

function parsed(answer: string): { status: number; length: number | null; body: string; isClosing: boolean } {
  const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return {
    status: Number(head.slice(9, 12)),
    length: length === undefined ? null : Number(length),
    body,
    isClosing: /^connection: close/im.test(head),
  };
}

afterEach(async () => {
  await site().ask('DELETE', '/admin/faults');
  await openstack(alice()).remove(seeded.image, 'red');
});

test.each([false, true])('cut before the work: no byte, and nothing is done (reset: %s)', async (reset) => {
  await set({ method: 'PUT', cut: 'before-work', reset });
  expect(await heard('PUT', `${path}/tags/red`)).toBe('');
  expect(await tags()).not.toContain('red');
});

test.each([false, true])('cut before the answer: no byte, and it is done (reset: %s)', async (reset) => {
  await set({ method: 'PUT', cut: 'before-answer', reset });
  expect(await heard('PUT', `${path}/tags/red`)).toBe('');
  expect(await tags()).toContain('red');
});

test('cut in the answer: half of the body, and of a head without one', async () => {
  const whole = parsed(await openHeard('GET', path));
  await set({ method: 'GET', cut: 'in-answer' });
  const half = parsed(await heard('GET', path));
  expect([half.status, half.length]).toEqual([200, whole.length]);
  expect(half.body).toBe(whole.body.slice(0, Math.floor((whole.length ?? 0) / 2)));
  await set({ surface: 'huawei-images', cut: 'in-answer' });
  const json = parsed(await heard('GET', `/v2/${seeded.alpha}/images/${seeded.image}/tags`));
  expect(json.body.length).toBe(Math.floor((json.length ?? 0) / 2));
  expect(json.body).toMatch(/^\{"tags":/);
  await set({ method: 'PUT', cut: 'in-answer' });
  expect(await heard('PUT', `${path}/tags/red`)).toBe('HTTP/1.1 204 No Content\r\nContent-Ty');
  expect(await tags()).toContain('red');
});

/** The same without a fault: the connection is asked to end. */
async function openHeard(method: string, target: string): Promise<string> {
  const talk = openTalk(site().port);
  const headers = `Host: x\r\nX-Auth-Token: ${site().alice}\r\nConnection: close`;
  talk.socket.write(`${method} ${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
  return talk.ended;
}

test('cut in image data: half of the bytes', async () => {
  const id = await openstack(alice()).create({ disk_format: 'raw', container_format: 'bare' });
  const headers = { 'X-Auth-Token': site().alice, 'Content-Type': 'application/octet-stream' };
  const url = `${site().url}/v2/images/${id}/file`;
  expect((await fetch(url, { method: 'PUT', headers, body: Buffer.alloc(1_000_001, 'x') })).status).toBe(204);
  await set({ operation: 'downloadImage', cut: 'in-answer' });
  const half = parsed(await heard('GET', `/v2/images/${id}/file`));
  expect([half.length, half.body.length]).toEqual([1_000_001, 500_000]);
  expect(await (await fetch(url, { headers })).text()).toHaveLength(1_000_001);
});

test('cut after the answer: a whole answer that promises to go on, and then the end', async () => {
  await set({ method: 'GET', cut: 'after-answer' });
  const answer = parsed(await heard('GET', path));
  expect(answer).toMatchObject({ status: 200, isClosing: false });
  expect(answer.body).toHaveLength(answer.length ?? -1);
});

test.each([
  ['a document of Glance', 'GET', path],
  ['one of Huawei', 'GET', `/v2/${seeded.alpha}/images/${seeded.image}/tags`],
  ['an answer without a body', 'PUT', `${path}/tags/red`],
])('slow: %s comes in pieces, whole', async (_, method, target) => {
  const whole = await send(site().port, method, target, { token: site().alice });
  const bytesPerSecond = (whole.text.length || 200) * 2;
  await set({ method, slow: bytesPerSecond });
  const again = performance.now();
  const slow = await send(site().port, method, target, { token: site().alice });
  expect([slow.status, slow.text, slow.headers['content-length']]).toEqual([
    whole.status,
    whole.text,
    whole.headers['content-length'],
  ]);
  expect(performance.now() - again).toBeGreaterThan(400);
});

test.each([
  ['Glance', path],
  ['Huawei', `/v2/${seeded.alpha}/images/${seeded.image}/tags`],
])('a wrong length: %s announces more than comes, or less', async (_, target) => {
  const length = parsed(await openHeard('GET', target)).length ?? 0;
  await set({ method: 'GET', wrongLength: 7 });
  const more = parsed(await heard('GET', target));
  expect([more.length, more.body.length]).toEqual([length + 7, length]);
  await set({ method: 'GET', wrongLength: -7 });
  const less = parsed(await heard('GET', target));
  expect([less.length, less.body.length]).toEqual([length - 7, length]);
});

describe('lost: answered and not done', () => {
  test('a tag, in every dialect, and no history of it', async () => {
    const history = `/tags/v1/projects/${seeded.alpha}/images/${seeded.image}/tags/history`;
    const ask = async (target: string): Promise<string> =>
      (await send(site().port, 'GET', target, { token: site().alice })).text;
    const before = await ask(history);
    await set({ method: 'PUT', lost: true });
    expect((await openstack(alice()).put(seeded.image, 'red')).status).toBe(204);
    await set({ surface: 'huawei-images', method: 'POST', lost: true });
    expect((await huaweiImages(alice()).add(seeded.image, { key: 'red', value: '' })).status).toBe(204);
    expect(await tags()).not.toContain('red');
    expect(await ask(history)).toBe(before);
    expect((await openstack(alice()).put(seeded.image, 'red')).status).toBe(204);
    expect(await tags()).toContain('red');
  });

  test('a new image has an id, and is not found', async () => {
    await set({ operation: 'createImage', lost: true });
    const id = await openstack(alice()).create({ name: 'lost' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await send(site().port, 'GET', `/v2/images/${id}`, { token: site().alice })).status).toBe(404);
  });

  test('a deletion leaves the image and its data', async () => {
    const id = await openstack(alice()).create({ disk_format: 'raw', container_format: 'bare' });
    const headers = { 'X-Auth-Token': site().alice, 'Content-Type': 'application/octet-stream' };
    const file = `${site().url}/v2/images/${id}/file`;
    expect((await fetch(file, { method: 'PUT', headers, body: 'bytes' })).status).toBe(204);
    await set({ operation: 'deleteImage', lost: true });
    expect((await send(site().port, 'DELETE', `/v2/images/${id}`, { token: site().alice })).status).toBe(204);
    expect(await (await fetch(file, { headers })).text()).toBe('bytes');
  });
});

test('a token expires for good, and others go on', async () => {
  const token = await signIn(site().url, 'alice', seeded.password, 'alpha');
  const list = (shown: string): Promise<Answer> => send(site().port, 'GET', '/v2/images', { token: shown });
  await set({ user: 'alice', surface: 'openstack-images', expire: true });
  expect([(await list(token)).status, (await list(token)).status]).toEqual([401, 401]);
  expect((await list(site().alice)).status).toBe(200);
  const again = await signIn(site().url, 'alice', seeded.password, 'alpha');
  expect((await list(again)).status).toBe(200);
});

test('all tokens of a user, a project or everybody expire, except those of the caller', async () => {
  const list = async (token: string): Promise<number> =>
    (await send(site().port, 'GET', '/v2/images', { token })).status;
  const expire = async (body?: object): Promise<number> =>
    (await site().ask('POST', '/admin/tokens/expire', body && { body })).status;
  const login = (name: string, project: string): Promise<string> =>
    signIn(site().url, name, seeded.password, project);
  const [first, bobs] = [await login('alice', 'alpha'), await login('bob', 'beta')];
  expect(await expire({ project: seeded.alpha })).toBe(204);
  expect([await list(first), await list(bobs), await list(site().admin)]).toEqual([401, 200, 200]);
  // Within the same second, which is all that a token says of its time.
  const second = await login('alice', 'alpha');
  expect(await list(second)).toBe(200);
  expect(await expire()).toBe(204);
  expect([await list(second), await list(bobs), await list(site().admin)]).toEqual([401, 401, 200]);
  expect([await expire({ users: 'x' }), await expire({ user: 7 })]).toEqual([400, 400]);
  expect(
    (await send(site().port, 'POST', '/admin/tokens/expire', { token: await login('alice', 'alpha') }))
      .status,
  ).toBe(403);
});
