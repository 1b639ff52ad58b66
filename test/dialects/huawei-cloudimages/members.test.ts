import { randomUUID } from 'node:crypto';
import type { Visibility } from '../../../src/core/image';
import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const path = '/v1/cloudimages/members';

async function anImage(visibility: Visibility = 'private', owner = alpha): Promise<string> {
  const caller = aCaller(owner, { accessLevel: 'admin' });
  return (await given().gateway.images.create(caller, { name: 'to share', visibility }, 128)).imageId;
}

const ask = (method: string, body: unknown, token = 'alice'): Promise<Answer> =>
  send(given().port, method, path, { token, body });
const share = (images: unknown, projects: unknown = [beta], token?: string): Promise<Answer> =>
  ask('POST', { images, projects }, token);
const unshare = (images: unknown, projects: unknown = [beta], token?: string): Promise<Answer> =>
  ask('DELETE', { images, projects }, token);
const answerTo = (
  images: unknown,
  status: unknown,
  project_id: unknown = beta,
  token = 'bob',
): Promise<Answer> => ask('PUT', { images, project_id, status }, token);

interface Job {
  readonly job_type: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly entities: {
    readonly results: readonly { image_id: string; project_id: string; status: string }[];
  };
}

async function jobOf(answer: Answer, project = alpha, token = 'alice'): Promise<Job> {
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"job_id":"[0-9a-f]{32}"\}$/)]);
  const { job_id } = answer.json<{ job_id: string }>();
  return (await send(given().port, 'GET', `/v1/${project}/jobs/${job_id}`, { token })).json<Job>();
}

/** What bob's project sees of an image that is shared with it. */
async function bobSees(id: string, status: string): Promise<boolean> {
  const query = `visibility=shared&member_status=${status}&id=${id}`;
  const answer = await send(given().port, 'GET', `/v2/cloudimages?${query}`, { token: 'bob' });
  return answer.json<{ images: unknown[] }>().images.length === 1;
}

test('an image is shared, accepted, rejected and shared no more; a job tells of each step', async () => {
  const id = await anImage();
  const shared = await jobOf(await share([id]));
  expect(shared).toMatchObject({
    job_type: 'imsAddImageMembersJob',
    status: 'SUCCESS',
    error_code: null,
    entities: { results: [{ image_id: id, project_id: beta, status: 'success' }] },
  });
  expect(await bobSees(id, 'pending')).toBe(true);

  const accepted = await jobOf(await answerTo([id], 'accepted'), beta, 'bob');
  expect(accepted).toMatchObject({ job_type: 'imsUpdateImageMembersJob', status: 'SUCCESS' });
  expect(await bobSees(id, 'accepted')).toBe(true);

  await jobOf(await answerTo([id], 'rejected'), beta, 'bob');
  expect(await bobSees(id, 'rejected')).toBe(true);

  const removed = await jobOf(await unshare([id]));
  expect(removed).toMatchObject({ job_type: 'imsDelImageMembersJob', status: 'SUCCESS' });
  expect(await bobSees(id, 'all')).toBe(false);
});

test('several images go to several projects at once, and again without harm', async () => {
  const ids = [await anImage(), await anImage('shared')];
  const projects = [beta, 'gamma'];
  for (let time = 0; time < 2; time++) {
    const job = await jobOf(await share([...ids, ...ids], projects));
    expect([job.status, job.entities.results]).toEqual([
      'SUCCESS',
      ids.flatMap((image_id) => projects.map((project_id) => ({ image_id, project_id, status: 'success' }))),
    ]);
  }
  await jobOf(await unshare(ids, projects));
  expect((await jobOf(await unshare(ids, projects))).status).toBe('SUCCESS');
});

test('an image that was shared while accepted stays accepted when it is shared again', async () => {
  const id = await anImage();
  await share([id]);
  await answerTo([id], 'accepted');
  await jobOf(await share([id]));
  expect(await bobSees(id, 'accepted')).toBe(true);
});

test('a shared image can be tagged by its owner only', async () => {
  const id = await anImage();
  await share([id]);
  await answerTo([id], 'accepted');
  const body = { image_id: id, tag: 'a.b' };
  expectIms(await send(given().port, 'PUT', '/v1/cloudimages/tags', { token: 'bob', body }), 403, 'IMG.0047');
  expect((await send(given().port, 'PUT', '/v1/cloudimages/tags', { token: 'alice', body })).status).toBe(
    204,
  );
});

test.each([
  ['an image that is not there', () => Promise.resolve(randomUUID()), beta, 'IMG.0144'],
  ['an image of others', () => anImage('community', beta), 'gamma', 'IMG.0089'],
  ['a public image', () => anImage('public'), beta, 'IMG.0089'],
  ['an image shared with its owner', () => anImage('private'), alpha, 'IMG.0076'],
])('a job fails for %s, and for nothing else in it', async (_, made, project, code) => {
  const [bad, good] = [await made(), await anImage()];
  const job = await jobOf(await share([bad, good], [project, 'delta']));
  expect([job.status, job.error_code]).toEqual(['FAIL', code]);
  expect(job.entities.results.find(({ image_id }) => image_id === bad)?.status).toBe('failed');
  const done = job.entities.results.find(
    ({ image_id, project_id }) => image_id === good && project_id === 'delta',
  );
  expect(done?.status).toBe('success');
});

test('the 129th member of an image is refused', async () => {
  const id = await anImage();
  const projects = Array.from({ length: 129 }, (_, n) => `p${String(n)}`);
  await jobOf(await share([id], projects.slice(0, 100)));
  const job = await jobOf(await share([id], projects.slice(100)));
  expect([job.status, job.error_code]).toEqual(['FAIL', 'IMG.0088']);
  expect(job.entities.results.filter(({ status }) => status === 'failed')).toHaveLength(1);
});

test('an image that is not shared with a project is neither accepted nor rejected', async () => {
  const id = await anImage('shared');
  const job = await jobOf(await answerTo([id], 'accepted'), beta, 'bob');
  expect([job.status, job.error_code]).toEqual(['FAIL', 'IMG.0144']);
});

test('who may is asked before anything is done', async () => {
  const id = await anImage();
  expectIms(await share([id], [beta], 'reader-user'), 403, 'IMG.0026');
  expectIms(await unshare([id], [beta], 'reader-user'), 403, 'IMG.0026');
  expectIms(await share([id], [beta], 'unscoped'), 403, 'IMG.0026');
  expectIms(await answerTo([id], 'accepted', beta, 'alice'), 403, 'IMG.0030');
  expectIms(await answerTo([id], 'accepted', alpha, 'reader-user'), 403, 'IMG.0026');
});

const id = randomUUID();

test.each([
  ['no images', { projects: [beta] }, 'IMG.0001'],
  ['empty images', { images: [], projects: [beta] }, 'IMG.0001'],
  ['a string as images', { images: id, projects: [beta] }, 'IMG.0001'],
  ['an invalid id', { images: ['x'], projects: [beta] }, 'IMG.0066'],
  ['a number among ids', { images: [1], projects: [beta] }, 'IMG.0066'],
  ['101 images', { images: Array.from({ length: 101 }, () => randomUUID()), projects: [beta] }, 'IMG.0001'],
  ['no receivers', { images: [id] }, 'IMG.0001'],
  ['empty projects', { images: [id], projects: [] }, 'IMG.0001'],
  ['an invalid project', { images: [id], projects: ['a/b'] }, 'IMG.0067'],
  ['a reserved word as project', { images: [id], projects: ['images'] }, 'IMG.0067'],
  ['an object among projects', { images: [id], projects: [{}] }, 'IMG.0067'],
  [
    'a hundred images with a hundred projects',
    {
      images: Array.from({ length: 100 }, () => randomUUID()),
      projects: Array.from({ length: 100 }, (_, n) => `p${String(n)}`),
    },
    'IMG.0001',
  ],
])('%s: neither shared nor unshared', async (_, body, code) => {
  expectIms(await ask('POST', body), 400, code);
  expectIms(await ask('DELETE', body), 400, code);
});

test.each([
  ['pending', [id], 'pending', beta, 'IMG.0001'],
  ['no status', [id], undefined, beta, 'IMG.0001'],
  ['a list of statuses', [id], ['accepted'], beta, 'IMG.0001'],
  ['no project', [id], 'accepted', null, 'IMG.0067'],
  ['an invalid project', [id], 'accepted', 'a b', 'IMG.0067'],
  ['no images', [], 'accepted', beta, 'IMG.0001'],
])('an answer with %s is refused', async (_, images, status, project, code) => {
  expectIms(await answerTo(images, status, project), 400, code);
});

test('the quota counts the project’s own images and those shared with it', async () => {
  const token = 'carol';
  const before = await quota(token);
  const [own] = [await anImage(), await anImage('public')];
  const theirs = await anImage('private', beta);
  await share([theirs], [alpha], 'bob');
  await answerTo([theirs], 'accepted', alpha, token);
  const after = await quota(token);
  expect(own).not.toBe('');
  expect([after.image - before.image, after.image_shared - before.image_shared]).toEqual([1, 1]);
});

async function quota(
  token: string,
): Promise<Record<string, number> & { image: number; image_shared: number }> {
  const answer = await send(given().port, 'GET', '/v1/cloudimages/quota', { token });
  expect(answer.status).toBe(200);
  const { quotas } = answer.json<{ quotas: { resources: Record<string, unknown>[] } }>();
  for (const resource of quotas.resources) {
    expect(resource).toEqual({
      type: expect.any(String),
      used: expect.any(Number),
      quota: expect.any(Number),
      min: expect.any(Number),
      max: expect.any(Number),
    });
  }
  expect(quotas.resources.map(({ type }) => type)).toEqual(['image', 'image_shared', 'image_member']);
  return Object.fromEntries(quotas.resources.map(({ type, used }) => [type, used])) as never;
}
