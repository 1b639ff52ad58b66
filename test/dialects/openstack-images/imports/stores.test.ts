import { segmentsAfterVersion } from '../../../../src/dialects/openstack-images/operations/versions';
import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets, send } from '../../../support/wire';
import { filesIn, formats, glanceClient } from '../glance-client';
import { importScene } from './import-scene';

afterAll(closeIdleSockets);

describe('a store with a name', () => {
  const given = testGateway({
    env: { TAGWAY_IMAGE_STORE: 'fast' },
    replace: { authenticator: testAuthenticator },
  });
  const glance = glanceClient(given);
  const { begin, settled, task, tasks } = importScene(glance);
  const withHeader = (method: string, path: string, store: string, body?: unknown) =>
    send(given().port, method, path, { token: 'alice', body, headers: { 'X-Image-Meta-Store': store } });

  test('is listed, with its details for admins, and opens versions of the API', async () => {
    expect((await glance.get('/v2/info/stores')).json()).toEqual({
      stores: [{ id: 'fast', default: 'true' }],
    });
    expect((await glance.get('/v2/info/stores/detail')).status).toBe(403);
    expect((await glance.get('/v2/info/stores/detail', 'admin')).json()).toMatchObject({
      stores: [{ id: 'fast', type: 'file' }],
    });
    const versions = await glance.get('/versions');
    expect(versions.text).toContain('v2.13');
    expect(segmentsAfterVersion(['v2.8', 'images'], undefined, { release: 'zed', store: 'fast' })).toEqual([
      'images',
    ]);
    expect(
      segmentsAfterVersion(['v2.8', 'images'], undefined, { release: 'zed', store: null }),
    ).toBeUndefined();
  });

  test('is shown with the data of an image, and in the answer to a new one', async () => {
    const made = await glance.post('/v2/images', formats);
    expect(made.headers['openstack-image-store-ids']).toBe(
      'fast,os_glance_staging_store,os_glance_tasks_store',
    );
    const { id } = made.json<{ id: string }>();
    expect(await glance.show(id)).not.toHaveProperty('stores');
    await glance.upload(id, Buffer.from('data'));
    expect(await glance.show(id)).toMatchObject({ stores: 'fast' });
    expect((await glance.page(`?id=${id}`)).images).toMatchObject([{ stores: 'fast' }]);
  });

  test('gets imports, and is shown where one failed', async () => {
    const { id } = await glance.create({ ...formats, disk_format: 'qcow2' });
    await glance.stage(id, Buffer.from('raw'));
    expect(
      (
        await glance.post(`/v2/images/${id}/import`, {
          method: { name: 'glance-direct' },
          stores: ['fast'],
        })
      ).status,
    ).toBe(202);
    expect(await task(id)).toMatchObject({ status: 'failure', input: { backend: ['fast'] } });
    expect(await settled(id)).toMatchObject({
      status: 'queued',
      os_glance_failed_import: 'fast',
      os_glance_importing_to_stores: '',
    });
  });

  test('is the only one', async () => {
    const { id } = await glance.create(formats);
    await glance.stage(id, Buffer.from('data'));
    const path = `/v2/images/${id}/import`;
    const method = { name: 'glance-direct' };
    const refused = [
      await glance.post(path, { method, stores: ['slow'] }),
      await withHeader('POST', path, 'slow', { method }),
      await withHeader('POST', path, 'fast', { method, stores: ['fast'] }),
      await withHeader('POST', path, 'fast', { method, all_stores: true }),
      await glance.post(path, { method, stores: [] }),
      await glance.post(path, { method, stores: 'fast' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 400, 400, 400, 400]);
    expect(refused[0]?.text).toContain('Store for identifier slow not found');
    expect(await tasks(id)).toEqual([]);
    expect((await begin(id, method)).status).toBe(202);
    await settled(id);
  });

  test('has its data already: nothing is copied', async () => {
    const { id } = await glance.create(formats);
    const copy = { name: 'copy-image' };
    expect((await begin(id, copy, 'admin')).text).toContain(
      'Only images with status active can be targeted for copying',
    );
    await glance.upload(id, Buffer.from('data'));
    expect((await begin(id, copy)).text).toContain('You are not authorized to complete copy_image action.');
    const there = await begin(id, copy, 'admin');
    expect([there.status, there.text]).toEqual([
      400,
      expect.stringContaining("Image is already present at store 'fast'"),
    ]);
    const all = await glance.post(`/v2/images/${id}/import`, { method: copy, all_stores: true }, 'admin');
    expect(all.status).toBe(202);
    expect(await tasks(id, 'admin')).toEqual([]);
  });

  test('keeps the data of its images', async () => {
    const { id } = await glance.create(formats);
    const path = `/v2/stores/fast/${id}`;
    expect((await glance.remove('/v2/stores/slow/x', 'admin')).status).toBe(409);
    expect((await glance.remove('/v2/stores/fast/x', 'admin')).text).toContain('Failed to find image x');
    expect((await glance.remove(path)).text).toContain('delete_image_location');
    expect((await glance.remove(path, 'admin')).status).toBe(409);
    await glance.upload(id, Buffer.from('data'));
    const answer = await glance.remove(path, 'admin');
    expect([answer.status, answer.text]).toEqual([
      403,
      expect.stringContaining('Cannot delete image data from the only store containing it.'),
    ]);
    expect(filesIn(given().stateDir)).toContain(id);
  });

  test('takes no upload for another', async () => {
    const { id } = await glance.create(formats);
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Image-Meta-Store': 'slow' };
    const answer = await send(given().port, 'PUT', `/v2/images/${id}/file`, {
      token: 'alice',
      body: 'x',
      headers,
    });
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('Store for identifier slow not found'),
    ]);
    expect((await glance.show(id)).status).toBe('queued');
  });
});

describe('without a name', () => {
  const given = testGateway({
    env: { TAGWAY_FORMAT_CHECK: 'all' },
    replace: { authenticator: testAuthenticator },
  });
  const glance = glanceClient(given);
  const { begin } = importScene(glance);

  test('there are no stores to be seen', async () => {
    for (const path of ['/v2/info/stores', '/v2/info/stores/detail']) {
      const answer = await glance.get(path, 'admin');
      expect([answer.status, answer.text]).toEqual([
        404,
        expect.stringContaining('Multi backend is not supported'),
      ]);
    }
    expect((await glance.remove('/v2/stores/fast/x', 'admin')).status).toBe(404);
    const { id } = await glance.create(formats);
    await glance.upload(id, Buffer.from('data'));
    expect(await glance.show(id)).not.toHaveProperty('stores');
    expect((await begin(id, { name: 'copy-image' }, 'admin')).status).toBe(400);
    await glance.remove(`/v2/images/${id}`);
  });

  test('an import cannot leave stores out', async () => {
    const { id } = await glance.create(formats);
    await glance.stage(id, Buffer.from('data'));
    const method = { name: 'glance-direct' };
    const answer = await glance.post(`/v2/images/${id}/import`, { method, all_stores_must_succeed: false });
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('All_stores_must_succeed can only be set with enabled_backends None'),
    ]);
  });

  test('there is no cache, and there are no locations', async () => {
    const { id } = await glance.create(formats);
    expect((await glance.get('/v2/cache')).status).toBe(403);
    expect((await glance.get('/v2/cache', 'admin')).text).toContain(
      'Caching via API is not supported at this site.',
    );
    expect((await glance.remove('/v2/cache', 'admin')).status).toBe(404);
    expect((await glance.put(`/v2/cache/${id}`, undefined, 'admin')).text).toContain('Caching via API');
    expect((await glance.remove('/v2/cache/x', 'admin')).text).toContain('Image x not found.');
    expect((await glance.get('/v2/queued_images', 'admin')).status).toBe(404);
    const path = `/v2/images/${id}/locations`;
    expect((await glance.get(path)).text).toContain('fetch_image_location');
    expect((await glance.post(path, {})).status).toBe(400);
    expect((await glance.post(path, { url: 'http://x/y' })).text).toContain('http store must be enabled');
    expect((await glance.post(path, { url: 'http://x/y' }, 'bob')).status).toBe(404);
    await glance.upload(id, Buffer.from('data'));
    expect((await glance.post(path, { url: 'http://x/y' })).status).toBe(409);
  });

  test('an upload of another format is 415 if all data are inspected', async () => {
    const { id } = await glance.create({ ...formats, disk_format: 'vdi' });
    const answer = await glance.upload(id, Buffer.from('no such thing'));
    expect([answer.status, answer.text]).toEqual([
      415,
      expect.stringContaining('Image disk_format vdi does not match stream data raw'),
    ]);
    expect(await glance.show(id)).toMatchObject({ status: 'queued', size: null });
  });
});
