import { testGateway } from '../support/gateway';
import { expectIms } from '../support/huawei';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { registrations, file } from '../dialects/huawei-cloudimages/registrations';
import { glanceClient } from '../dialects/openstack-images/glance-client';

const given = testGateway({
  env: { TAGWAY_IMAGES_PER_PROJECT: '3' },
  replace: { authenticator: testAuthenticator },
});
const { ask, register } = registrations(given);
const glance = glanceClient(given);

test('a project owns as many images as the quota says, whichever dialect makes them', async () => {
  const first = await glance.create({ name: 'one' });
  await glance.create({ name: 'two' });
  expect((await register(file)).status).toBe(200);

  const refused = await ask('POST', '/v2/images', { name: 'four' });
  expect(refused.status).toBe(413);
  expect(refused.text).toContain(
    `Project ${alpha} is over a limit for [Resource image_count_total is over limit of 3 due to current usage 3 and delta 1]`,
  );
  expectIms(await register(file), 400, 'IMG.0015');

  const quota = await ask('GET', '/v1/cloudimages/quota');
  const { quotas } = quota.json<{ quotas: { resources: { type: string; used: number; quota: number }[] } }>();
  expect(quotas.resources.find(({ type }) => type === 'image')).toMatchObject({ used: 3, quota: 3, max: 3 });

  // Images of other projects do not count, and a deleted image makes room.
  await glance.create({ name: 'of another project' }, 'bob');
  expect((await ask('DELETE', `/v2/images/${first.id}`)).status).toBe(204);
  await glance.create({ name: 'four' });
});
