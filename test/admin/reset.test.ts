import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { huaweiImages, openstack, type Speaker } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { adminSite } from './some-admin';

const site = adminSite();

const speaker = () => ({ port: site().port, token: site().alice, project: seeded.alpha });

test('images, tags and data that were made since go; the seed is as it was, and tokens still hold', async () => {
  const { ask, alice } = site();
  const image = await openstack(speaker()).create({
    name: 'new',
    disk_format: 'raw',
    container_format: 'bare',
    tags: ['x'],
  });
  const headers = { 'Content-Type': 'application/octet-stream' };
  expect((await ask('PUT', `/v2/images/${image}/file`, { token: alice, headers, body: 'data' })).status).toBe(
    204,
  );
  await openstack(speaker()).remove(seeded.image, 'a');
  await openstack(speaker()).put(seeded.image, 'more');

  expect((await ask('POST', '/admin/reset')).status).toBe(204);

  const shown = await ask('GET', `/v2/images/${image}`, { token: alice });
  expect(shown.status).toBe(404);
  expect(await openstack(speaker()).tags(seeded.image)).toEqual(['a', 'k=v']);
  expect(await huaweiImages(speaker()).projectTags()).toEqual([
    { key: 'a', values: [''] },
    { key: 'k', values: ['v'] },
  ]);
  const data = readdirSync(join(site().stateDir, 'images'), { recursive: true }).map(String);
  expect(data.filter((name) => name.includes(image))).toEqual([]);
});

test('definitions of metadata go, too', async () => {
  const { ask, admin } = site();
  const path = '/v2/metadefs/namespaces';
  const made = await ask('POST', path, {
    token: admin,
    body: { namespace: 'ns', resource_type_associations: [{ name: 'r' }] },
  });
  expect(made.status).toBe(201);
  expect((await ask('POST', '/admin/reset')).status).toBe(204);
  expect((await ask('GET', `${path}/ns`, { token: admin })).status).toBe(404);
  expect((await ask('GET', '/v2/metadefs/resource_types', { token: admin })).json()).toEqual({
    resource_types: [],
  });
});

test('the id of a deleted image is free again', async () => {
  const id = 'aaaaaaaa-0000-4000-8000-000000000001';
  for (let round = 0; round < 2; round++) {
    await openstack(speaker()).create({ id, name: 'again' });
    expect((await site().ask('POST', '/admin/reset')).status).toBe(204);
  }
});

/** A role that is taken ends the tokens from before. */
async function anew(): Promise<Speaker> {
  return { ...speaker(), token: await signIn(site().url, 'alice', seeded.password, 'alpha') };
}

test('users that were made since stay, and a seeded user has the seeded roles again', async () => {
  const { directory } = site().gateway.identity;
  await directory.createUser({ name: 'eve', password: 'her password' });
  const { id } = await directory.requireUser('alice');
  await directory.setRoles(seeded.alpha, id, ['reader']);
  expect((await openstack(await anew()).put(seeded.image, 'no')).status).toBe(403);
  expect((await site().ask('POST', '/admin/reset')).status).toBe(204);
  expect((await openstack(await anew()).put(seeded.image, 'yes')).status).toBe(204);
  expect((await directory.requireUser('eve')).name).toBe('eve');
});

test('resets at once, beside writers, leave what the seed says', async () => {
  const writer = await anew();
  const writing = Array.from({ length: 20 }, (_, index) =>
    openstack(writer).put(seeded.image, `t${String(index)}`),
  );
  const resets = await Promise.all(Array.from({ length: 4 }, () => site().ask('POST', '/admin/reset')));
  expect(resets.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  const statuses = (await Promise.all(writing)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 204 && status !== 404)).toEqual([]);
  expect((await site().ask('POST', '/admin/reset')).status).toBe(204);
  expect(await openstack(writer).tags(seeded.image)).toEqual(['a', 'k=v']);
});
