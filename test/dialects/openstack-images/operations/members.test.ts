import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { adminProject, alpha, beta, testAuthenticator } from '../../../support/test-authenticator';
import { glanceClient } from '../glance-client';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

interface MemberBody {
  readonly member_id: string;
  readonly status: string;
}

const at = (id: string, memberId?: string): string =>
  `/v2/images/${id}/members${memberId === undefined ? '' : `/${memberId}`}`;

async function share(id: string, member = beta): Promise<void> {
  const answer = await glance.post(at(id), { member });
  if (answer.status !== 200) throw new Error(answer.text);
}

async function membersOf(id: string, token = 'alice'): Promise<string[]> {
  const answer = await glance.get(at(id), token);
  expect(answer.status).toBe(200);
  const { members } = answer.json<{ members: MemberBody[] }>();
  return members.map((member) => `${member.member_id} ${member.status}`).sort();
}

/** An image shared with beta. */
async function shared(): Promise<string> {
  const { id } = await glance.create({ name: 'shared', disk_format: 'raw', container_format: 'bare' });
  await share(id);
  return id;
}

test('a member is created, shown, listed, accepts, rejects, and is deleted', async () => {
  const { id } = await glance.create();
  expect(await membersOf(id)).toEqual([]);
  const created = await glance.post(at(id), { member: beta });
  const body = {
    member_id: beta,
    image_id: id,
    status: 'pending',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    schema: '/v2/schemas/member',
  };
  expect([created.status, created.json()]).toEqual([200, body]);
  expect((await glance.get(at(id, beta))).json()).toEqual(body);
  expect((await glance.get(at(id))).json()).toEqual({ members: [body], schema: '/v2/schemas/members' });
  for (const status of ['accepted', 'rejected', 'pending', 'accepted']) {
    const set = await glance.put(at(id, beta), { status }, 'bob');
    expect([set.status, set.json<MemberBody>().status]).toEqual([200, status]);
    expect(await membersOf(id)).toEqual([`${beta} ${status}`]);
  }
  expect(await glance.remove(at(id, beta))).toMatchObject({ status: 204, text: '' });
  expect(await membersOf(id)).toEqual([]);
  expect((await glance.remove(at(id, beta))).status).toBe(404);
  expect((await glance.get(at(id, beta))).status).toBe(404);
});

test('a member sees the image, before it accepts and after it rejects; others never do', async () => {
  const { id } = await glance.create();
  expect((await glance.get(`/v2/images/${id}`, 'bob')).status).toBe(404);
  await share(id);
  for (const status of ['pending', 'accepted', 'rejected']) {
    await glance.put(at(id, beta), { status }, 'bob');
    expect((await glance.get(`/v2/images/${id}`, 'bob')).status).toBe(200);
  }
  await glance.remove(at(id, beta));
  expect((await glance.get(`/v2/images/${id}`, 'bob')).status).toBe(404);
});

test('the list of a member has what it accepted, and the rest by member_status', async () => {
  const name = randomUUID();
  for (const status of ['pending', 'accepted', 'rejected']) {
    const { id } = await glance.create({ name, meant: status });
    await share(id);
    await glance.put(at(id, beta), { status }, 'bob');
  }
  const seen = async (query: string, token = 'bob'): Promise<unknown[]> =>
    (await glance.page(`?name=${name}${query}`, token)).images.map(({ meant }) => meant).sort();
  expect(await seen('')).toEqual(['accepted']);
  expect(await seen('&visibility=shared')).toEqual(['accepted']);
  for (const status of ['pending', 'accepted', 'rejected']) {
    expect(await seen(`&visibility=shared&member_status=${status}`)).toEqual([status]);
  }
  expect(await seen('&visibility=shared&member_status=all')).toEqual(['accepted', 'pending', 'rejected']);
  expect(await seen(`&visibility=shared&owner=${alpha}`)).toEqual(['accepted']);
  expect(await seen('&visibility=shared&owner=nobody')).toEqual([]);
  expect(await seen('', 'alice')).toEqual(['accepted', 'pending', 'rejected']);
  expect((await glance.get('/v2/images?member_status=asked', 'bob')).status).toBe(400);
});

test('the owner sees all members, a member sees itself alone, others see no image', async () => {
  const id = await shared();
  await share(id, adminProject);
  await share(id, 'somebody-else');
  const all = [`${adminProject} pending`, `${beta} pending`, 'somebody-else pending'];
  expect(await membersOf(id)).toEqual([...all].sort());
  expect(await membersOf(id, 'admin')).toEqual([...all].sort());
  expect(await membersOf(id, 'bob')).toEqual([`${beta} pending`]);
  expect((await glance.get(at(id, beta), 'bob')).status).toBe(200);
  expect((await glance.get(at(id, 'somebody-else'), 'bob')).status).toBe(404);
  const other = await glance.create();
  for (const path of [at(other.id), at(other.id, beta)]) {
    expect((await glance.get(path, 'bob')).status).toBe(404);
  }
});

test('only a member itself decides: the owner cannot accept for it', async () => {
  const id = await shared();
  expect((await glance.put(at(id, beta), { status: 'accepted' }, 'alice')).status).toBe(403);
  expect(await membersOf(id)).toEqual([`${beta} pending`]);
  expect((await glance.put(at(id, beta), { status: 'accepted' }, 'admin')).status).toBe(200);
  expect(await membersOf(id)).toEqual([`${beta} accepted`]);
});

test('nor can an owner that is among the members itself', async () => {
  const id = await shared();
  await share(id, alpha);
  expect((await glance.put(at(id, beta), { status: 'accepted' }, 'alice')).status).toBe(403);
  expect((await glance.put(at(id, alpha), { status: 'accepted' }, 'alice')).status).toBe(403);
  expect(await membersOf(id)).toEqual([`${alpha} pending`, `${beta} pending`].sort());
});

test('only the owner shares and stops sharing: a member can do neither', async () => {
  const id = await shared();
  expect((await glance.post(at(id), { member: 'my-friend' }, 'bob')).status).toBe(403);
  expect((await glance.remove(at(id, beta), 'bob')).status).toBe(403);
  expect((await glance.post(at(id), { member: 'my-friend' }, 'reader-user')).status).toBe(403);
  expect((await glance.remove(at(id, beta), 'reader-user')).status).toBe(403);
  expect(await membersOf(id)).toEqual([`${beta} pending`]);
  expect((await glance.post(at(id), { member: 'friend' }, 'admin')).status).toBe(200);
  expect((await glance.remove(at(id, 'friend'), 'carol')).status).toBe(204);
});

test('a member changes neither the image nor its tags', async () => {
  const id = await shared();
  await glance.put(at(id, beta), { status: 'accepted' }, 'bob');
  const answers = [
    await glance.patch(id, [{ op: 'add', path: '/mine', value: 'yes' }], 'bob'),
    await glance.put(`/v2/images/${id}/tags/mine`, undefined, 'bob'),
    await glance.remove(`/v2/images/${id}`, 'bob'),
    await glance.upload(id, Buffer.from('mine'), 'bob'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(await glance.show(id)).toMatchObject({ tags: [], status: 'queued' });
});

test.each(['private', 'community', 'public'])('a %s image has no members', async (visibility) => {
  const { id } = await glance.create({ visibility, owner: alpha }, 'admin');
  for (const token of ['alice', 'admin']) {
    const answers = [
      await glance.get(at(id), token),
      await glance.post(at(id), { member: beta }, token),
      await glance.remove(at(id, beta), token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers[0]?.text).toContain('Only shared images have members.');
    expect((await glance.get(at(id, beta), token)).status).toBe(404);
  }
});

test('an image that is shared no more keeps its members for when it is shared again', async () => {
  const id = await shared();
  const become = (visibility: string) =>
    glance.patch(id, [{ op: 'replace', path: '/visibility', value: visibility }]);
  await become('private');
  expect((await glance.get(at(id))).status).toBe(403);
  expect((await glance.get(`/v2/images/${id}`, 'bob')).status).toBe(404);
  await become('shared');
  expect(await membersOf(id)).toEqual([`${beta} pending`]);
});

test('a project is a member once', async () => {
  const id = await shared();
  const again = await glance.post(at(id), { member: beta });
  expect([again.status, again.text]).toEqual([
    409,
    expect.stringContaining(`Member ${beta} is duplicated for image ${id}`),
  ]);
  await glance.remove(at(id, beta));
  expect((await glance.post(at(id), { member: beta })).status).toBe(200);
  expect(await membersOf(id)).toEqual([`${beta} pending`]);
});

test.each([
  ['no member', {}],
  ['an empty member', { member: '' }],
  ['a member that is a number', { member: 123 }],
  ['a list', []],
  ['no body', undefined],
])('a member is not created from %s', async (_what, body) => {
  const { id } = await glance.create();
  expect((await glance.post(at(id), body)).status).toBe(400);
  expect(await membersOf(id)).toEqual([]);
});

test.each([
  ['an unknown status', { status: 'asked' }],
  ['no status', {}],
  ['a status that is a number', { status: 5 }],
  ['no body', undefined],
])('a member is not changed by %s', async (_what, body) => {
  const id = await shared();
  expect((await glance.put(at(id, beta), body, 'bob')).status).toBe(400);
  expect(await membersOf(id)).toEqual([`${beta} pending`]);
});

test('requests for a missing image or member are 404', async () => {
  const id = await shared();
  const nowhere = randomUUID();
  const answers = [
    await glance.get(at(nowhere)),
    await glance.post(at(nowhere), { member: beta }),
    await glance.put(at(nowhere, beta), { status: 'accepted' }, 'bob'),
    await glance.remove(at(nowhere, beta)),
    await glance.get(at(id, 'nobody')),
    await glance.put(at(id, 'nobody'), { status: 'accepted' }, 'admin'),
    await glance.remove(at(id, 'nobody')),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404]);
});

test('a member without its own image downloads what was shared with it', async () => {
  const id = await shared();
  expect((await glance.upload(id, Buffer.from('shared bytes'))).status).toBe(204);
  expect((await glance.download(id, {}, 'bob')).bytes.toString()).toBe('shared bytes');
});
