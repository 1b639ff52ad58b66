import { randomUUID } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { expectApigw, expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import type { Answer } from '../../support/wire';
import { file, registrations, volume } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { ask, register } = registrations(given);

function jobId(answer: Answer): string {
  expect(answer.status).toBe(200);
  return answer.json<{ job_id: string }>().job_id;
}

interface Progress {
  readonly status: string;
  readonly job_type: string;
  readonly entities: Readonly<Record<string, unknown>>;
}

describe('the progress of a job', () => {
  const progress = (id: string, token?: string) => ask('GET', `/v1/cloudimages/job/${id}`, undefined, token);

  test('is that of the job, all of which is done', async () => {
    const id = jobId(await register(file));
    const job = (await ask('GET', `/v1/${alpha}/jobs/${id}`)).json<Progress>();
    expect((await progress(id)).json()).toEqual({
      ...job,
      entities: { ...job.entities, process_percent: 1, current_task: '' },
    });
  });

  test('of data images and of members is there, too', async () => {
    const data = jobId(await register({ data_images: [{ name: 'd', volume_id: volume.volume_id }] }));
    expect((await progress(data)).json<Progress>().entities).toMatchObject({
      process_percent: 1,
      sub_jobs_result: [{ job_type: 'imsCopyVolumeToImageJob', status: 'SUCCESS' }],
    });
    const body = { images: [randomUUID()], projects: [beta] };
    const failed = (
      await progress(jobId(await ask('POST', '/v1/cloudimages/members', body)))
    ).json<Progress>();
    expect([failed.status, failed.job_type]).toEqual(['FAIL', 'imsAddImageMembersJob']);
    expect(failed.entities).toMatchObject({ process_percent: 1, results: [{ status: 'failed' }] });
  });

  test('is not shown to other projects, and an unknown job is 404', async () => {
    const id = jobId(await register(file));
    expectIms(await progress(id, 'bob'), 404, 'IMG.0121');
    expectIms(await progress('0'.repeat(32)), 404, 'IMG.0121');
    expectIms(await progress('%00'), 400, 'IMG.0017');
  });
});

describe('the members of an image', () => {
  const shared = async (...projects: string[]): Promise<string> => {
    const { id } = (await ask('POST', '/v2/images', { name: 'shared', visibility: 'private' })).json<{
      id: string;
    }>();
    if (projects.length > 0) {
      const job = jobId(await ask('POST', '/v1/cloudimages/members', { images: [id], projects }));
      expect((await ask('GET', `/v1/cloudimages/job/${job}`)).json<Progress>().status).toBe('SUCCESS');
    }
    return id;
  };
  const members = (id: string, query = '', token?: string, project = alpha) =>
    ask('GET', `/v1/${project}/cloudimages/${id}/members${query}`, undefined, token);

  test('are listed to the owner, and to a member it alone; one of them is shown', async () => {
    const id = await shared(beta, 'gamma');
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
    const member = (member_id: string) => ({
      status: 'pending',
      created_at: moment,
      updated_at: moment,
      image_id: id,
      member_id,
      member_type: 'project',
      schema: '/v2/schemas/member',
    });
    expect((await members(id)).json()).toEqual({
      members: [beta, 'gamma'].sort().map(member),
      schema: '/v2/schemas/members',
      page_info: { next_marker: null, current_count: 2 },
    });
    expect((await members(id, '', 'bob', beta)).json()).toMatchObject({ members: [{ member_id: beta }] });
    const one = await ask('GET', `/v1/${alpha}/cloudimages/${id}/members/gamma`);
    expect([one.status, one.json()]).toEqual([200, member('gamma')]);
    expectIms(await ask('GET', `/v1/${alpha}/cloudimages/${id}/members/delta`), 404, 'IMG.0121');
    expectIms(
      await ask('GET', `/v1/${beta}/cloudimages/${id}/members/gamma`, undefined, 'bob'),
      404,
      'IMG.0121',
    );
  });

  test('come in pages whose markers are base64', async () => {
    const projects = ['p1', 'p2', 'p3', 'p4', 'p5'];
    const id = await shared(...projects);
    const found: string[][] = [];
    let marker: string | null = '';
    while (marker !== null) {
      const page: Answer = await members(id, `?limit=2&marker=${encodeURIComponent(marker)}`);
      const body = page.json<{
        members: { member_id: string }[];
        page_info: { next_marker: string | null };
      }>();
      found.push(body.members.map(({ member_id }) => member_id));
      marker = body.page_info.next_marker;
    }
    expect(found).toEqual([['p1', 'p2'], ['p3', 'p4'], ['p5']]);
    for (const limit of ['0', '1001', 'x', '-1'])
      expectIms(await members(id, `?limit=${limit}`), 400, 'IMG.0001');
    expectIms(await members(id, '?marker=%FF'), 400, 'IMG.0017');
  });

  test('are an empty list for a private image, and an error for a public or missing image and for an invalid id', async () => {
    const id = await shared();
    expect((await members(id)).json()).toMatchObject({ members: [], page_info: { current_count: 0 } });
    expectIms(await ask('GET', `/v1/${alpha}/cloudimages/${id}/members/${beta}`), 404, 'IMG.0121');
    expectIms(await members(id, '', 'bob', beta), 404, 'IMG.0144');
    expectIms(await members(id, '', 'alice', beta), 403, 'IMG.0030');
    expectIms(await members(randomUUID()), 404, 'IMG.0144');
    expectIms(await members('a-name'), 400, 'IMG.0066');
    const body = { name: 'open', visibility: 'public' };
    const open = (await ask('POST', '/v2/images', body, 'admin')).json<{ id: string }>().id;
    expectIms(await members(open), 400, 'IMG.0089');
  });
});

test('the quota of a project is that of its own', async () => {
  const plain = (await ask('GET', '/v1/cloudimages/quota')).json();
  const named = await ask('GET', `/v1/${alpha}/cloudimages/quota`);
  expect([named.status, named.json()]).toEqual([200, plain]);
  expectIms(await ask('GET', `/v1/${beta}/cloudimages/quota`), 403, 'IMG.0030');
});

describe('paths that the vendor has not, either', () => {
  test.each([
    ['POST', `/v2.1/cloudimages/${randomUUID()}/cross_region_copy`],
    ['POST', '/v2.1/cloudimages/wholeimages/action'],
    ['POST', `/v2/cloudimages/${randomUUID()}/file`],
    ['GET', '/v2.1/cloudimages'],
    ['GET', '/v2.0/cloudimages/x'],
    ['GET', '/v1.1/cloudimages/tags'],
  ])('%s %s is refused in the form of Huawei, credentials first', async (method, path) => {
    expectApigw(await ask(method, path, method === 'POST' ? {} : undefined), 404, 'APIGW.0101');
    expectApigw(await ask(method, path, undefined, ''), 401, 'APIGW.0301');
  });
});
