import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets } from '../../../support/wire';
import { glanceClient } from '../glance-client';

const given = testGateway({
  env: { TAGWAY_IMAGE_DEFAULTS: 'ims' },
  replace: { authenticator: testAuthenticator },
});
const glance = glanceClient(given);
const givenGlance = testGateway({ replace: { authenticator: testAuthenticator } });
const plain = glanceClient(givenGlance);
afterAll(closeIdleSockets);

const documented = {
  disk_format: 'zvhd2',
  container_format: 'bare',
  __os_version: 'Other Linux(64 bit)',
};

test('an image that names no formats has those of IMS, and takes data', async () => {
  const { id } = await glance.create({ name: 'bare', tags: ['env=test'] });
  expect(await glance.show(id)).toMatchObject({ ...documented, status: 'queued', tags: ['env=test'] });
  expect((await glance.upload(id, Buffer.from('data'))).status).toBe(204);
  const { images } = (await glance.get(`/v2/cloudimages?id=${id}`)).json<{ images: object[] }>();
  expect(images).toEqual([expect.objectContaining({ ...documented, status: 'active', __image_size: '4' })]);
});

test('what a request names stays, null too', async () => {
  const named = { disk_format: 'raw', container_format: 'ovf', __os_version: 'Debian 12', own: 'x' };
  expect(await glance.create(named)).toMatchObject(named);
  const nothing = { disk_format: null, container_format: null };
  expect(await glance.create(nothing)).toMatchObject({ ...nothing, __os_version: documented.__os_version });
});

test('without the setting there are no formats, and an upload is refused as Glance refuses it', async () => {
  const image = await plain.create({});
  expect(image).toMatchObject({ disk_format: null, container_format: null });
  expect(Object.hasOwn(image, '__os_version')).toBe(false);
  expect((await plain.upload(image.id, Buffer.from('data'))).status).toBe(400);
});
