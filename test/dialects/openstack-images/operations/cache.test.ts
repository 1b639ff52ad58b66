import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets, send } from '../../../support/wire';
import { formats, glanceClient } from '../glance-client';

const given = testGateway({
  env: { TAGWAY_IMAGE_CACHE: 'on' },
  replace: { authenticator: testAuthenticator },
});
const glance = glanceClient(given);
afterAll(closeIdleSockets);

interface State {
  readonly cached_images: {
    readonly image_id: string;
    readonly hits: number;
    readonly last_accessed: number;
  }[];
  readonly queued_images: unknown[];
}

async function state(): Promise<State> {
  return (await glance.get('/v2/cache', 'admin')).json<State>();
}

async function anImage(): Promise<string> {
  const { id } = await glance.create(formats);
  await glance.upload(id, Buffer.from('data'));
  return id;
}

function clear(target?: string) {
  const headers = target === undefined ? {} : { 'x-image-cache-clear-target': target };
  return send(given().port, 'DELETE', '/v2/cache', { token: 'admin', headers });
}

test('an image that is queued is cached, until it is taken out, the cache is cleared, or it is deleted', async () => {
  const [kept, deleted, taken] = [await anImage(), await anImage(), await anImage()];
  for (const id of [kept, deleted, taken, taken]) {
    const answer = await glance.put(`/v2/cache/${id}`, undefined, 'admin');
    expect([answer.status, answer.text]).toEqual([202, '']);
  }
  const all = await state();
  expect(all.queued_images).toEqual([]);
  expect(all.cached_images.map(({ image_id: id }) => id)).toEqual([kept, deleted, taken].sort());
  expect(all.cached_images[0]).toMatchObject({ hits: 0, size: 4 });
  expect(Math.abs((all.cached_images[0]?.last_accessed ?? 0) - Date.now() / 1000)).toBeLessThan(60);

  for (const path of [`/v2/cache/${taken}`, `/v2/cache/${taken}`, `/v2/images/${deleted}`]) {
    const answer = await glance.remove(path, path.includes('cache') ? 'admin' : 'alice');
    expect([path, answer.status]).toEqual([path, 204]);
  }
  expect((await state()).cached_images.map(({ image_id: id }) => id)).toEqual([kept]);

  expect((await clear('queue')).status).toBe(204);
  expect((await state()).cached_images).toHaveLength(1);
  const refused = await clear('both');
  expect([refused.status, refused.text]).toEqual([
    400,
    expect.stringContaining('x-image-cache-clear-target'),
  ]);
  expect((await clear('CACHE')).status).toBe(204);
  expect((await state()).cached_images).toEqual([]);
});

test('a download caches an image, and later ones are its hits; a partial download caches nothing', async () => {
  const id = await anImage();
  const hits = async () => (await state()).cached_images.find((one) => one.image_id === id)?.hits;
  const path = `/v2/images/${id}/file`;
  await send(given().port, 'GET', path, { token: 'alice', headers: { Range: 'bytes=0-1' } });
  expect(await hits()).toBeUndefined();
  for (const expected of [0, 1, 2]) {
    expect((await glance.get(path)).text).toBe('data');
    expect(await hits()).toBe(expected);
  }
  expect((await clear()).status).toBe(204);
  expect(await hits()).toBeUndefined();
});

test('an image without data, a missing one and a caller who is no admin are refused', async () => {
  const { id } = await glance.create(formats);
  const words = async (method: 'get' | 'put' | 'remove', path: string, token: string) => {
    const answer =
      method === 'put' ? await glance.put(path, undefined, token) : await glance[method](path, token);
    return [answer.status, answer.text];
  };
  expect(await words('put', `/v2/cache/${id}`, 'admin')).toEqual([
    400,
    expect.stringContaining('Only images with status active can be targeted for queueing'),
  ]);
  for (const method of ['put', 'remove'] as const) {
    const missing = [404, expect.stringContaining('Image x not found.')];
    expect(await words(method, '/v2/cache/x', 'admin')).toEqual(missing);
    expect(await words(method, `/v2/cache/${id}`, 'alice')).toEqual([403, expect.any(String)]);
    expect(await words(method, `/v2/cache/${id}`, 'bob')).toEqual([404, expect.any(String)]);
  }
  expect(await words('get', '/v2/cache', 'alice')).toEqual([403, expect.stringContaining('cache_list')]);
  expect(await words('remove', '/v2/cache', 'alice')).toEqual([403, expect.stringContaining('cache_delete')]);
});
