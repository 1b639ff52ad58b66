import { huaweiImages, openstack, type Speaker } from '../../support/dialects';
import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { registrations, server } from '../huawei-cloudimages/registrations';

/** A quota of OpenStack's below Huawei's own limit of 10. */
const given = testGateway({
  env: { TAGWAY_IMAGE_TAG_QUOTA: '2' },
  replace: { authenticator: testAuthenticator },
});
const { register } = registrations(given);
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
const three = ['a', 'b', 'c'];

test('the limit of the dialect that writes governs, for registration too', async () => {
  expect((await register({ ...server, tags: three })).status).toBe(200);
  const id = await openstack(alice()).create({});
  const pairs = three.map((key) => ({ key, value: '' }));
  expect((await huaweiImages(alice()).batch(id, 'create', pairs)).status).toBe(204);
  expect(await openstack(alice()).tags(id)).toEqual(three);
  expect((await openstack(alice()).put(id, 'd')).status).toBe(413);
});
