import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../../support/test-authenticator';
import { send } from '../../../support/wire';
import { added, glanceClient, type ImageBody, removed, replaced } from '../glance-client';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

const at = (id: string): string => `/v2/images/${id}`;

describe('the life of an image', () => {
  test('it is created with properties, found by its Location, changed, and gone once deleted', async () => {
    const created = await glance.post('/v2/images', { name: 'image-1', foo: 'bar', disk_format: 'aki' });
    expect(created.status).toBe(201);
    const { pathname } = new URL(String(created.headers.location));
    const image = (await glance.get(pathname)).json<ImageBody>();
    expect(image).toMatchObject({
      name: 'image-1',
      foo: 'bar',
      disk_format: 'aki',
      container_format: null,
      status: 'queued',
      visibility: 'shared',
      owner: alpha,
      protected: false,
      os_hidden: false,
      tags: [],
      size: null,
      checksum: null,
      min_disk: 0,
      self: pathname,
      file: `${pathname}/file`,
      schema: '/v2/schemas/image',
    });
    const id = image.id;
    expect((await glance.patch(id, [replaced('name', 'image-2'), removed('foo')])).status).toBe(200);
    const shown = await glance.show(id);
    expect([shown.name, Object.hasOwn(shown, 'foo')]).toEqual(['image-2', false]);
    expect(await glance.remove(at(id))).toMatchObject({ status: 204, text: '' });
    for (const path of [at(id), `${at(id)}/file`]) expect((await glance.get(path)).status).toBe(404);
    expect((await glance.remove(at(id))).status).toBe(404);
  });

  test('the client may choose the id, once', async () => {
    const id = randomUUID();
    expect((await glance.create({ id })).id).toBe(id);
    expect((await glance.post('/v2/images', { id })).status).toBe(409);
    await glance.remove(at(id));
    expect((await glance.post('/v2/images', { id })).status).toBe(409);
  });

  test('a kernel may be null, which is shown, and which Huawei clients do not see', async () => {
    const { id } = await glance.create({ kernel_id: null, ramdisk_id: randomUUID() });
    expect(await glance.show(id)).toMatchObject({ kernel_id: null });
    expect((await glance.patch(id, [replaced('ramdisk_id', null), added('foo', 'bar')])).status).toBe(200);
    expect(await glance.show(id)).toMatchObject({ kernel_id: null, ramdisk_id: null, foo: 'bar' });
    const { images } = (await glance.get(`/v2/cloudimages?id=${id}`)).json<{ images: object[] }>();
    expect(images).toEqual([expect.not.objectContaining({ kernel_id: null })]);
    expect(images[0]).toHaveProperty('foo', 'bar');
    expect((await glance.patch(id, [removed('kernel_id')])).status).toBe(200);
    expect(await glance.show(id)).not.toHaveProperty('kernel_id');
  });

  test('what is read-only, reserved, unknown or of the wrong type is refused at creation', async () => {
    const answers: [unknown, number][] = [
      [{ status: 'active' }, 403],
      [{ size: 5 }, 403],
      [{ checksum: 'x' }, 403],
      [{ created_at: '2026-01-01T00:00:00Z' }, 403],
      [{ deleted: 'true' }, 403],
      [{ id: 'no uuid' }, 400],
      [{ name: 5 }, 400],
      [{ min_disk: -1 }, 400],
      [{ disk_format: 'floppy' }, 400],
      [{ visibility: 'secret' }, 400],
      [{ protected: 'yes' }, 400],
      [{ tags: ['x'.repeat(256)] }, 400],
      [{ property: 5 }, 400],
      [{ owner: beta }, 403],
    ];
    for (const [body, status] of answers) {
      expect([body, (await glance.post('/v2/images', body)).status]).toEqual([body, status]);
    }
    expect((await glance.post('/v2/images', undefined)).status).toBe(400);
  });

  test('calls that take no body refuse one', async () => {
    const { id } = await glance.create();
    const refused = [
      ['GET', at(id)],
      ['GET', `${at(id)}/file`],
      ['GET', `${at(id)}/members`],
      ['POST', `${at(id)}/actions/deactivate`],
      ['POST', `${at(id)}/actions/reactivate`],
    ] as const;
    for (const [method, path] of refused) {
      const answer = await send(given().port, method, path, { token: 'alice', body: { any: 'body' } });
      expect([method, path, answer.status]).toEqual([method, path, 400]);
    }
    expect((await glance.show(id)).status).toBe('queued');
    // Huawei's clients send one (divergence D17).
    const body = { delete_backup: true };
    expect((await send(given().port, 'DELETE', at(id), { token: 'alice', body })).status).toBe(204);
  });

  test('a protected image is deleted only once it is protected no more', async () => {
    const { id } = await glance.create({ protected: true });
    const refused = await glance.remove(at(id));
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining(`Image ${id} is protected and cannot be deleted.`),
    ]);
    await glance.patch(id, [replaced('protected', false)]);
    expect((await glance.remove(at(id))).status).toBe(204);
  });

  test('the moment of the last change moves, that of creation stays', async () => {
    const before = await glance.create();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await glance.patch(before.id, [added('late', 'yes')]);
    const after = await glance.show(before.id);
    expect(after.created_at).toBe(before.created_at);
    expect(after.updated_at > before.updated_at).toBe(true);
  });
});

describe('who may see and change an image', () => {
  test.each([
    ['private', 404, 404],
    ['shared', 404, 404],
    ['community', 200, 403],
    ['public', 200, 403],
  ])('of a %s image another project is told %i, and %i when it changes or deletes it', async (...row) => {
    const [visibility, shown, changed] = row;
    const { id } = await glance.create({ visibility }, visibility === 'public' ? 'admin' : 'alice');
    const answers = [
      await glance.get(at(id), 'bob'),
      await glance.patch(id, [replaced('name', 'stolen')], 'bob'),
      await glance.remove(at(id), 'bob'),
      await glance.put(`${at(id)}/tags/stolen`, undefined, 'bob'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([shown, changed, changed, changed]);
    expect((await glance.show(id, 'admin')).name).toBeNull();
    expect((await glance.get(at(id), 'admin')).status).toBe(200);
  });

  test.each([
    ['private', ['carol', 'admin']],
    ['shared', ['carol', 'admin']],
    ['community', ['carol']],
    ['public', ['bob', 'carol', 'admin']],
  ])('a %s image of alpha is in the lists of %j', async (visibility, seers) => {
    const name = randomUUID();
    await glance.create({ name, visibility, owner: alpha }, 'admin');
    for (const token of ['bob', 'carol', 'admin']) {
      const expected = seers.includes(token) ? [name] : [];
      expect([token, await glance.names(`?name=${name}`, token)]).toEqual([token, expected]);
    }
  });

  test('a list may be narrowed to one visibility; community images of others are told only then', async () => {
    const made = randomUUID();
    for (const visibility of ['private', 'shared', 'community', 'public']) {
      await glance.create({ name: visibility, made, visibility, owner: beta }, 'admin');
    }
    const seen = async (query: string, token: string): Promise<unknown[]> =>
      (await glance.names(`?made=${made}${query}`, token)).sort();
    for (const visibility of ['private', 'shared']) {
      expect(await seen(`&visibility=${visibility}`, 'bob')).toEqual([visibility]);
      expect(await seen(`&visibility=${visibility}`, 'alice')).toEqual([]);
    }
    for (const visibility of ['community', 'public']) {
      expect(await seen(`&visibility=${visibility}`, 'alice')).toEqual([visibility]);
    }
    expect(await seen('', 'alice')).toEqual(['public']);
    expect(await seen('&visibility=all', 'alice')).toEqual(['community', 'public']);
    expect(await seen('', 'bob')).toEqual(['community', 'private', 'public', 'shared']);
  });

  test('only the admin publishes an image; the owner may make it a community image', async () => {
    const { id } = await glance.create({ visibility: 'private' });
    expect((await glance.patch(id, [replaced('visibility', 'public')])).status).toBe(403);
    expect((await glance.post('/v2/images', { visibility: 'public' })).status).toBe(403);
    expect((await glance.patch(id, [replaced('visibility', 'community')])).status).toBe(200);
    expect((await glance.patch(id, [replaced('visibility', 'public')], 'admin')).status).toBe(200);
    expect((await glance.show(id, 'bob')).visibility).toBe('public');
  });

  test('the admin makes images for others and gives images away; the owner cannot', async () => {
    const { id, owner } = await glance.create({ owner: beta }, 'admin');
    expect(owner).toBe(beta);
    expect((await glance.patch(id, [replaced('owner', alpha)], 'bob')).status).toBe(403);
    expect((await glance.patch(id, [replaced('owner', alpha)], 'admin')).status).toBe(200);
    expect((await glance.get(at(id), 'bob')).status).toBe(404);
    expect((await glance.show(id)).owner).toBe(alpha);
  });

  test('the admin makes an image that is of no project', async () => {
    const { id, owner } = await glance.create({ owner: null, visibility: 'public' }, 'admin');
    expect([owner, (await glance.show(id)).owner]).toEqual([null, null]);
    const refused = await glance.post('/v2/images', { owner: null });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("owned by 'None'.")]);
    expect((await glance.remove(at(id), 'admin')).status).toBe(204);
  });

  test('a reader reads and does not write', async () => {
    const { id } = await glance.create();
    expect((await glance.get(at(id), 'reader-user')).status).toBe(200);
    const answers = [
      await glance.post('/v2/images', {}, 'reader-user'),
      await glance.patch(id, [added('a', 'b')], 'reader-user'),
      await glance.remove(at(id), 'reader-user'),
      await glance.put(`${at(id)}/tags/a`, undefined, 'reader-user'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  test('nobody is let in without a good token', async () => {
    expect((await glance.get('/v2/images', 'stranger')).status).toBe(401);
    expect((await glance.get('/v2/images', '')).status).toBe(401);
  });
});

test('every schema that describes these answers is served', async () => {
  for (const name of ['image', 'images', 'member', 'members']) {
    const schema = (await glance.get(`/v2/schemas/${name}`)).json<{ name: string; properties: unknown }>();
    expect([schema.name, typeof schema.properties]).toEqual([name, 'object']);
  }
});

test('there are no limits of Keystone to use', async () => {
  const answer = await glance.get('/v2/info/usage');
  expect([answer.status, answer.json()]).toEqual([200, { usage: {} }]);
});
