import type { ImageStatus } from '../../../src/core/image-status';
import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = aCaller(alpha);

async function anImage(status: ImageStatus = 'active'): Promise<string> {
  const properties = new Map([
    ['__description', 'before'],
    ['free', 'x'],
  ]);
  const image = { name: 'before', status } as const;
  return (await given().gateway.images.create(alice, { ...image, tags: ['t'], properties }, 128)).imageId;
}

const patch = (id: string, body: unknown, token = 'alice'): Promise<Answer> =>
  send(given().port, 'PATCH', `/v2/cloudimages/${id}`, { token, ...(body === undefined ? {} : { body }) });

test('name and memory are changed, and the whole image is the answer', async () => {
  const id = await anImage();
  const answer = await patch(id, [
    { op: 'replace', path: '/name', value: '新 name.1_2-3' },
    { op: 'replace', path: '/min_ram', value: 2048 },
    { op: 'replace', path: '/max_ram', value: '4096' },
  ]);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    id,
    name: '新 name.1_2-3',
    min_ram: 2048,
    max_ram: '4096',
    tags: ['t'],
    free: 'x',
  });
  const list = await send(given().port, 'GET', `/v2/cloudimages?id=${id}`, { token: 'alice' });
  expect(list.json()).toEqual({ images: [answer.json()] });
});

test('attributes are added, replaced and removed, in order', async () => {
  const id = await anImage();
  const answer = await patch(id, [
    { op: 'add', path: '/__support_kvm', value: 'true' },
    { op: 'replace', path: '/__description', value: 'after' },
    { op: 'replace', path: '/never_there', value: 'now' },
    { op: 'add', path: '/hw_vif_multiqueue_enabled', value: true },
    { op: 'add', path: '/hw_firmware_type', value: 'uefi' },
    { op: 'add', path: '/enterprise_project_id', value: '0' },
    { op: 'remove', path: '/free' },
    { op: 'add', path: '/free', value: 'again' },
    { op: 'remove', path: '/never_there' },
  ]);
  expect(answer.json()).toMatchObject({
    __support_kvm: 'true',
    __description: 'after',
    hw_vif_multiqueue_enabled: 'true',
    hw_firmware_type: 'uefi',
    enterprise_project_id: '0',
    free: 'again',
  });
  expect(answer.json()).not.toHaveProperty('never_there');
});

test('what is added here is a property in OpenStack', async () => {
  const id = await anImage();
  await patch(id, [{ op: 'add', path: '/__os_type', value: 'Linux' }]);
  const { properties } = await given().gateway.images.show(alice, id);
  expect(properties.get('__os_type')).toBe('Linux');
});

test.each([
  [
    'a part that is removed twice',
    [
      { op: 'remove', path: '/free' },
      { op: 'remove', path: '/free' },
    ],
    'IMG.0001',
  ],
  ['a part that is not there', [{ op: 'remove', path: '/never' }], 'IMG.0001'],
  ['the name', [{ op: 'remove', path: '/name' }], 'IMG.0001'],
  ['the memory', [{ op: 'remove', path: '/min_ram' }], 'IMG.0001'],
])('%s is not removed, and nothing else is done', async (_, steps, code) => {
  const id = await anImage();
  expectIms(await patch(id, [{ op: 'replace', path: '/name', value: 'after' }, ...steps]), 400, code);
  expect((await given().gateway.images.show(alice, id)).name).toBe('before');
});

test.each([
  ['tags', { op: 'replace', path: '/tags', value: ['a'] }],
  ['the owner', { op: 'replace', path: '/owner', value: beta }],
  ['the id', { op: 'replace', path: '/id', value: randomUUID() }],
  ['the status', { op: 'replace', path: '/status', value: 'active' }],
  ['the visibility', { op: 'replace', path: '/visibility', value: 'public' }],
  ['what is computed', { op: 'replace', path: '/__imagetype', value: 'gold' }],
  ['capital letters', { op: 'add', path: '/Free', value: 'x' }],
  ['a path below', { op: 'add', path: '/a/b', value: 'x' }],
  ['an empty path', { op: 'add', path: '', value: 'x' }],
  ['no name in the path', { op: 'add', path: '/', value: 'x' }],
  ['a path without a slash', { op: 'add', path: 'name', value: 'x' }],
  ['a list as path', { op: 'add', path: ['/name'], value: 'x' }],
  ['no path', { op: 'add', value: 'x' }],
  ['another operation', { op: 'move', path: '/name', value: 'x' }],
  ['an operation in capitals', { op: 'Replace', path: '/name', value: 'x' }],
  ['no operation', { path: '/name', value: 'x' }],
  ['no value', { op: 'replace', path: '/name' }],
  ['null', { op: 'replace', path: '/free', value: null }],
  ['an object', { op: 'replace', path: '/free', value: {} }],
  ['NUL', { op: 'replace', path: '/free', value: 'a\u0000' }],
  ['half a surrogate pair', { op: 'replace', path: '/free', value: '\ud83d' }],
  ['no object', 'replace'],
  ['null for an operation', null],
  ['a list for an operation', []],
])('%s is refused', async (_, step) => {
  const id = await anImage();
  expectIms(await patch(id, [step]), 400, 'IMG.0001');
  expectIms(await patch(id, [{ op: 'replace', path: '/name', value: 'after' }, step]), 400, 'IMG.0001');
  expect((await given().gateway.images.show(alice, id)).name).toBe('before');
});

test.each([
  ['an empty name', '/name', '', 'IMG.0013'],
  ['a long name', '/name', 'n'.repeat(129), 'IMG.0002'],
  ['signs in the name', '/name', 'a<b', 'IMG.0003'],
  ['a long description', '/__description', 'd'.repeat(1025), 'IMG.0004'],
  ['signs in the description', '/__description', 'a<b', 'IMG.0054'],
  ['an invalid memory', '/min_ram', '-1', 'IMG.0055'],
  ['a memory beyond every machine', '/max_ram', 2 ** 31, 'IMG.0055'],
  ['unknown firmware', '/hw_firmware_type', 'x', 'IMG.0141'],
])('%s has a code of its own', async (_, path, value, code) => {
  expectIms(await patch(await anImage(), [{ op: 'replace', path, value }]), 400, code);
});

test.each([[[]], [{}], ['x'], [null], [{ op: 'replace', path: '/name', value: 'x' }]])(
  'the body %j is refused',
  async (body) => {
    expectIms(await patch(await anImage(), body), 400, 'IMG.0001');
  },
);

test('no body is IMG.0007', async () => {
  expectIms(await patch(await anImage(), undefined), 400, 'IMG.0007');
});

test('the 129th property of an image is refused', async () => {
  const id = await anImage();
  const steps = (from: number, to: number): object[] =>
    Array.from({ length: to - from }, (_, n) => ({ op: 'add', path: `/p${String(from + n)}`, value: 'x' }));
  expect((await patch(id, steps(0, 100))).status).toBe(200);
  expect((await patch(id, steps(100, 126))).status).toBe(200);
  expectIms(await patch(id, steps(126, 127)), 400, 'IMG.0001');
});

test('who may is decided as for tags', async () => {
  const step = [{ op: 'replace', path: '/name', value: 'after' }];
  const foreign = aCaller(beta, { accessLevel: 'admin' });
  const open = (await given().gateway.images.create(foreign, { visibility: 'public' }, 128)).imageId;
  const own = { visibility: 'private', status: 'active' } as const;
  const closed = (await given().gateway.images.create(foreign, own, 128)).imageId;
  expectIms(await patch(open, step), 403, 'IMG.0047');
  expectIms(await patch(closed, step), 404, 'IMG.0144');
  expectIms(await patch(randomUUID(), step), 404, 'IMG.0144');
  expectIms(await patch('none', step), 400, 'IMG.0066');
  expectIms(await patch(await anImage(), step, 'reader-user'), 403, 'IMG.0026');
  expect((await patch(closed, step, 'admin')).status).toBe(200);
});

test.each(['queued', 'saving', 'deactivated'] as const)(
  'an image that is %s is not changed',
  async (status) => {
    const id = await anImage(status);
    const answer = await patch(id, [{ op: 'replace', path: '/name', value: 'after' }]);
    expectIms(answer, 400, 'IMG.0046');
    expect((await given().gateway.images.show(alice, id)).name).toBe('before');
  },
);
