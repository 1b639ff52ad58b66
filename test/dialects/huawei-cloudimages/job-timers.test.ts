import { PostgresJobStore } from '../../../src/storage/job-store';
import { gatewayOn, testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { file, registrations, server } from './registrations';

const replace = { authenticator: testAuthenticator };
const given = testGateway({ env: { TAGWAY_JOB_MS: '300' }, replace });
const { ask, register } = registrations(given);

async function imageOfJob(answer: { json<Body>(): Body }): Promise<string> {
  const { job_id: id } = answer.json<{ job_id: string }>();
  const job = (await ask('GET', `/v1/cloudimages/job/${id}`)).json<{ entities: { image_id: string } }>();
  return job.entities.image_id;
}

test('images become active by themselves when nobody asks for their jobs', async () => {
  const images = [await imageOfJob(await register(server)), await imageOfJob(await register(file))];
  for (const image of images) {
    const status = async (): Promise<unknown> =>
      (await ask('GET', `/v2/images/${image}`)).json<{ status: string }>().status;
    await until(async () => (await status()) === 'active');
  }
});

test('a gateway that starts ends what another one has left', async () => {
  const { database } = given();
  const id = (await ask('POST', '/v2/images', { name: 'left' })).json<{ id: string }>().id;
  const results = [{ imageId: id, imageName: 'left', memberId: null, fault: null }];
  const at = '2026-11-21T03:37:01.123456Z';
  const times = { begunAt: at, endedAt: at, isPending: true, failure: null };
  const job = { projectId: alpha, jobId: 'left', type: 'image-from-server', results, ...times } as const;
  await new PostgresJobStore(database).add(job);
  const next = await gatewayOn(given(), { replace });
  try {
    const status = async (): Promise<unknown> =>
      (await ask('GET', `/v2/images/${id}`)).json<{ status: string }>().status;
    await until(async () => (await status()) === 'active');
  } finally {
    await next.close();
  }
});
