import { instantFromMicros } from '../../../src/core/clock';
import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { file, registrations, server } from './registrations';

let micros = Date.now() * 1000;
/** Stands still, but for the order of events. */
const clock = { now: () => instantFromMicros(micros++) };
const pass = (ms: number): void => void (micros += ms * 1000);

const env = { TAGWAY_JOB_MS: '10000', TAGWAY_ADMIN: 'on' };
const given = testGateway({ env, replace: { authenticator: testAuthenticator, clock } });
const { ask, register } = registrations(given);

interface Job {
  readonly status: string;
  readonly end_time: string;
  readonly error_code: string | null;
  readonly fail_reason: string | null;
  readonly entities: { image_id: string; process_percent: number; current_task: string; results?: object[] };
}

const progress = async (id: string): Promise<Job> =>
  (await ask('GET', `/v1/cloudimages/job/${id}`)).json<Job>();
const idOf = (answer: { json<Body>(): Body }): string => answer.json<{ job_id: string }>().job_id;
const statusOf = async (id: string): Promise<unknown> => {
  const answer = await ask('GET', `/v2/images/${id}`);
  return answer.status === 200 ? answer.json<{ status: string }>().status : answer.status;
};

async function ended(id: string): Promise<Job> {
  pass(10_000);
  return progress(id);
}

const failNext = (job: string) =>
  ask('POST', '/admin/faults', { job, surface: 'huawei-cloudimages' }, 'admin');
afterEach(() => ask('DELETE', '/admin/faults', undefined, 'admin'));

test('a job passes through its states, and its image with it', async () => {
  const id = idOf(await register({ ...file, tags: ['a.b'] }));
  const first = await progress(id);
  expect(first).toMatchObject({
    status: 'INIT',
    end_time: '',
    entities: { process_percent: 0, current_task: '' },
  });
  const image = first.entities.image_id;
  expect(await statusOf(image)).toBe('saving');
  const patch = [{ op: 'add', path: '/x', value: 'y' }];
  expectIms(await ask('PATCH', `/v2/cloudimages/${image}`, patch), 400, 'IMG.0046');
  pass(2500);
  const entities = { process_percent: 0.25, current_task: 'ImportImageTask', image_name: file.name };
  expect(await progress(id)).toMatchObject({ status: 'RUNNING', end_time: '', entities });
  expect((await ask('GET', `/v1/${alpha}/jobs/${id}`)).json()).toMatchObject({ status: 'RUNNING' });
  pass(7500);
  const end = await progress(id);
  expect(end).toMatchObject({ status: 'SUCCESS', entities: { process_percent: 1, current_task: '' } });
  expect(end.end_time).toMatch(/^\d{4}-/);
  expect(await statusOf(image)).toBe('active');
});

test('a job that was asked to fail fails with that code, and its image goes', async () => {
  expect((await failNext('IMG.0057')).status).toBe(201);
  const id = idOf(await register({ ...file, tags: ['doomed.b'] }));
  const { image_id: image } = (await progress(id)).entities;
  expect(await statusOf(image)).toBe('saving');
  const end = await ended(id);
  expect(end).toMatchObject({ status: 'FAIL', error_code: 'IMG.0057' });
  expect(end.fail_reason).toMatch(/^The image file does not exist.* asked for at \/admin\/faults\.$/);
  expect(await statusOf(image)).toBe(404);
  expect((await ask('GET', `/v2/${alpha}/images/tags`)).text).not.toContain('doomed');
  expect((await ended(idOf(await register(file)))).status).toBe('SUCCESS');
});

test('data images fail together', async () => {
  await failNext('IMG.0120');
  const data_images = ['one', 'two'].map((name) => ({ name, volume_id: 'v' }));
  const end = await ended(idOf(await register({ data_images })));
  expect(end).toMatchObject({
    status: 'FAIL',
    entities: { sub_jobs_result: [{ status: 'FAIL', error_code: 'IMG.0120' }, { status: 'FAIL' }] },
  });
});

test('an image whose file was not to be had is queued again', async () => {
  const { id } = (await ask('POST', '/v2/images', { name: 'described' })).json<{ id: string }>();
  const upload = () => ask('PUT', `/v1/cloudimages/${id}/upload`, { image_url: 'b:f' });
  await failNext('X.1');
  const job = idOf(await upload());
  expect(await statusOf(id)).toBe('saving');
  expectIms(await upload(), 400, 'IMG.0046');
  expect(await ended(job)).toMatchObject({
    status: 'FAIL',
    error_code: 'X.1',
    fail_reason: 'This failure was asked for at /admin/faults.',
  });
  expect(await statusOf(id)).toBe('queued');
  expect((await ended(idOf(await upload()))).status).toBe('SUCCESS');
  expect(await statusOf(id)).toBe('active');
});

test('a copy is there with its data when its job is over', async () => {
  const fields = { name: 'source', disk_format: 'raw', container_format: 'bare' };
  const { id } = (await ask('POST', '/v2/images', fields)).json<{ id: string }>();
  const headers = { 'Content-Type': 'application/octet-stream' };
  await send(given().port, 'PUT', `/v2/images/${id}/file`, { token: 'alice', headers, body: 'data' });
  const copy = async (): Promise<Job> =>
    ended(idOf(await ask('POST', `/v1/cloudimages/${id}/copy`, { name: 'copied' })));
  const done = await copy();
  expect((await ask('GET', `/v2/images/${done.entities.image_id}/file`)).text).toBe('"data"');
  await failNext('IMG.0061');
  const failed = await copy();
  expect(failed.status).toBe('FAIL');
  expect(await statusOf(failed.entities.image_id)).toBe(404);
});

test('sharing takes its time, too, and fails whole', async () => {
  const { id } = (await ask('POST', '/v2/images', { name: 's', visibility: 'private' })).json<{
    id: string;
  }>();
  const share = async (): Promise<string> =>
    idOf(await ask('POST', '/v1/cloudimages/members', { images: [id], projects: [beta] }));
  await failNext('IMG.0112');
  expect(await ended(await share())).toMatchObject({ status: 'FAIL', error_code: 'IMG.0112' });
  const members = `/v1/${alpha}/cloudimages/${id}/members`;
  expect((await ask('GET', members)).json()).toMatchObject({ members: [] });
  const job = await share();
  expect(await progress(job)).toMatchObject({ status: 'INIT', entities: { results: [] } });
  expect(await ended(job)).toMatchObject({
    status: 'SUCCESS',
    entities: { results: [{ status: 'success' }] },
  });
  expect((await ask('GET', members)).json()).toMatchObject({ members: [{ member_id: beta }] });
});

test('an image that is deleted while its job runs stays deleted', async () => {
  const id = idOf(await register(server));
  const { image_id: image } = (await progress(id)).entities;
  expect((await ask('DELETE', `/v2/images/${image}`)).status).toBe(204);
  expect((await ended(id)).status).toBe('SUCCESS');
  expect(await statusOf(image)).toBe(404);
});
