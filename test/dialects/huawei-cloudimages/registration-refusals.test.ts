import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { testAuthenticator } from '../../support/test-authenticator';
import { file, registrations, server, volume } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { register, quickly, count } = registrations(given);

test.each([
  ['no name', { ...server, name: undefined }, 'IMG.0013'],
  ['an empty name', { ...server, name: '' }, 'IMG.0013'],
  ['a name of 129', { ...server, name: 'n'.repeat(129) }, 'IMG.0002'],
  ['a slash in the name', { ...server, name: 'a/b' }, 'IMG.0003'],
  ['a space in front of the name', { ...server, name: ' a' }, 'IMG.0003'],
  ['NUL in the name', { ...server, name: 'a\u0000' }, 'IMG.0003'],
  ['a number as name', { ...server, name: 1 }, 'IMG.0001'],
  ['a description of 1025', { ...server, description: 'd'.repeat(1025) }, 'IMG.0004'],
  ['"<" in the description', { ...server, description: 'a<b' }, 'IMG.0054'],
  ['half a surrogate pair in the description', { ...server, description: '\ud83d' }, 'IMG.0054'],
  ['NUL in the origin', { ...server, instance_id: 'a\u0000' }, 'IMG.0001'],
  ['no source', { name: 'a' }, 'IMG.0001'],
  ['two sources', { ...server, ...volume }, 'IMG.0001'],
  ['an invalid file', { ...file, image_url: 'centos70.qcow2' }, 'IMG.0001'],
  ['a file without a size', { ...file, min_disk: undefined }, 'IMG.0055'],
  ['a file of no size', { ...file, min_disk: 0 }, 'IMG.0055'],
  ['a file of 1025 GB', { ...file, min_disk: 1025 }, 'IMG.0055'],
  ['an invalid size', { ...file, min_disk: 'x' }, 'IMG.0055'],
  ['a size beyond every machine', { ...server, min_ram: 2 ** 31 }, 'IMG.0055'],
  ['a negative memory', { ...server, min_ram: -1 }, 'IMG.0055'],
  ['a volume without a system', { ...volume, os_version: undefined }, 'IMG.0001'],
  ['an unknown type', { ...file, type: 'constructor' }, 'IMG.0024'],
  ['unknown firmware', { ...file, hw_firmware_type: 'coreboot' }, 'IMG.0141'],
  ['"true" for true', { ...file, is_config: 'true' }, 'IMG.0001'],
  [
    'a server and data disks at once',
    { ...server, data_images: [{ name: 'a', volume_id: 'b' }] },
    'IMG.0105',
  ],
  [
    'a data disk of a file without one',
    { ...file, data_images: [{ name: 'a', volume_id: 'b' }] },
    'IMG.0001',
  ],
  ['a data disk of a file without a size', { ...file, data_images: [{ image_url: 'b:f' }] }, 'IMG.0055'],
  ['both spellings of tags', { ...server, tags: ['a.b'], image_tags: [{ key: 'c', value: '' }] }, 'IMG.0001'],
  ['tags that are no list', { ...server, tags: 'a.b' }, 'IMG.0001'],
  ['objects among texts', { ...server, tags: [{ key: 'a', value: '' }] }, 'IMG.0001'],
  ['texts among objects', { ...server, image_tags: ['a.b'] }, 'IMG.0001'],
  ['"=" in a tag', { ...server, tags: ['a=b'] }, 'IMG.0115'],
  ['a tag without a key', { ...server, tags: ['.b'] }, 'IMG.0115'],
  ['an object without a value', { ...server, image_tags: [{ key: 'a' }] }, 'IMG.0115'],
  ['a key twice', { ...server, tags: ['a.1', 'a.2'] }, 'IMG.0001'],
  ['eleven tags', { ...server, tags: Array.from({ length: 11 }, (_, n) => `k${String(n)}`) }, 'IMG.0116'],
  ['101 tags', { ...server, tags: Array.from({ length: 101 }, (_, n) => `k${String(n)}`) }, 'IMG.0001'],
  ['a list', [], 'IMG.0001'],
  ['a string', 'register', 'IMG.0001'],
])('%s is refused and nothing is made', async (_, body, code) => {
  const before = await count();
  expectIms(await register(body), 400, code);
  expect(await count()).toBe(before);
});

test.each([
  ['a server', server],
  ['a volume', volume],
  ['a system disk without its system', { ...file, os_version: undefined }],
])('%s is not imported quickly', async (_, body) => {
  expectIms(await quickly(body), 400, 'IMG.0001');
});

test('a reader registers nothing', async () => {
  expectIms(await register(server, 'reader-user'), 403, 'IMG.0026');
});
