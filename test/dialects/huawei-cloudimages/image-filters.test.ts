import { randomUUID } from 'node:crypto';
import { instantFromMicros } from '../../../src/core/clock';
import type { NewImageRequest } from '../../../src/core/image-service';
import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { imageList } from './image-list';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { anImage, ask, ids } = imageList(given);

describe('filters', () => {
  const name = randomUUID();
  const one: NewImageRequest = {
    name,
    visibility: 'private',
    diskFormat: 'raw',
    containerFormat: 'bare',
    minDisk: 10,
    minRam: 512,
    protected: true,
    tags: ['env=prod', 'x'],
    properties: new Map([
      ['__os_bit', '64'],
      ['__platform', 'Ubuntu'],
      ['__os_type', 'Linux'],
      ['__isregistered', 'false'],
      ['__system__cmkid', 'key'],
      ['__whole_image', 'true'],
      ['__support_arm', 'true'],
      ['__support_kvm', 'true'],
      ['__support_kvm_gpu_type', 'V100_vGPU'],
      ['virtual_env_type', 'Ironic'],
      ['enterprise_project_id', '7f2c6d5e-0000-4000-8000-000000000001'],
    ]),
  };
  const other: NewImageRequest = { name, visibility: 'shared', diskFormat: 'iso', minDisk: 20, tags: ['x'] };
  const made = { one: '', other: '' };
  beforeAll(async () => {
    made.one = await anImage(one);
    made.other = await anImage(other);
  });

  test.each([
    ['owner', alpha, 'nobody', 'both'],
    ['status', 'queued', 'active', 'both'],
    ['container_format', 'bare', 'ovf', 'one'],
    ['disk_format', 'raw', 'vhd', 'one'],
    ['min_ram', '512', '513', 'one'],
    ['min_disk', '10', '11', 'one'],
    ['visibility', 'private', 'public', 'one'],
    ['visibility', 'shared', 'community', 'other'],
    ['protected', 'true', '', 'one'],
    ['protected', 'True', '', 'one'],
    ['protected', 'false', '', 'other'],
    ['tag', 'env=prod', 'env', 'one'],
    ['tag', 'x', 'X', 'both'],
    ['__imagetype', 'private', 'shared', 'both'],
    ['__imagetype', 'private', 'gold', 'both'],
    ['__imagetype', 'private', 'market', 'both'],
    ['__os_bit', '64', '32', 'one'],
    ['__platform', 'Ubuntu', 'CentOS', 'one'],
    ['__os_type', 'Linux', 'Windows', 'one'],
    ['__isregistered', 'true', '', 'other'],
    ['__isregistered', 'false', '', 'one'],
    ['__system__cmkid', 'key', 'other', 'one'],
    ['__whole_image', 'true', '', 'one'],
    ['__whole_image', 'false', '', 'other'],
    ['architecture', 'arm', '', 'one'],
    ['architecture', 'x86', '', 'other'],
    ['virtual_env_type', 'Ironic', 'DataImage', 'one'],
    ['__support_kvm', 'true', 'false', 'one'],
    ['__support_kvm_gpu_type', 'V100_vGPU', 'T4', 'one'],
    ['enterprise_project_id', '0', '', 'other'],
    ['enterprise_project_id', 'all_granted_eps', 'nothing', 'both'],
    ['enterprise_project_id', '7f2c6d5e-0000-4000-8000-000000000001', '', 'one'],
    ['created_at', 'gt:2000-01-01T00:00:00Z', 'lt:2000-01-01T00:00:00Z', 'both'],
    ['updated_at', 'neq:2000-01-01 00:00:00', 'eq:2000-01-01 00:00:00', 'both'],
    ['flavor_id', 'whatever', '', 'both'],
    ['__protected', 'true', '', 'both'],
    ['no_such_filter', 'x', '', 'both'],
    ['page', '7', '', 'both'],
  ])('%s=%s', async (filter, hit, miss, expected) => {
    const all = expected === 'both' ? [made.other, made.one] : [made[expected as keyof typeof made]];
    const query = (value: string): string => `?name=${name}&${filter}=${encodeURIComponent(value)}`;
    expect(await ids(query(hit))).toEqual(all);
    if (miss !== '') expect(await ids(query(miss))).toEqual([]);
  });

  test.each([
    '__support_xen',
    '__support_largememory',
    '__support_diskintensive',
    '__support_highperformance',
    '__support_xen_gpu_type',
    '__support_xen_hana',
    '__support_kvm_infiniband',
  ])('%s is looked for among the properties', async (filter) => {
    expect(await ids(`?name=${name}&${filter}=true`)).toEqual([]);
    const id = await anImage({ name: filter, properties: new Map([[filter, 'true']]) });
    expect(await ids(`?${filter}=true`)).toEqual([id]);
  });

  test('all that are given must hold', async () => {
    expect(await ids(`?name=${name}&disk_format=raw&tag=x&__os_type=Linux`)).toEqual([made.one]);
    expect(await ids(`?name=${name}&disk_format=iso&tag=env%3Dprod`)).toEqual([]);
  });

  test('fifty filters are taken, each tag counted, the page apart', async () => {
    const tags = Array.from({ length: 51 }, (_, n) => `&tag=fifty-${String(n)}`);
    expect(await ids(`?limit=10&sort_key=name${tags.slice(0, 50).join('')}`)).toEqual([]);
    expect(await ids(`?status=active${tags.slice(0, 49).join('')}`)).toEqual([]);
    for (const query of [tags.join(''), `&status=active${tags.slice(0, 50).join('')}`]) {
      const answer = await ask(`?limit=10${query}`);
      expectIms(answer, 400, 'IMG.0001');
      expect(answer.text).toContain('at most 50 filters');
    }
  });

  test('an empty one counts as absent, save for a tag', async () => {
    expect(await ids(`?name=${name}&status=&limit=&protected=&sort_key=&min_ram=`)).toHaveLength(2);
    expect(await ids(`?name=${name}&tag=`)).toEqual([]);
  });

  test('the whole second is what a time is compared with', async () => {
    const begun = Date.UTC(2020, 1, 29, 12, 0, 30) * 1000 + 123_456;
    const id = await anImage({ name: 'timed' });
    await given().database.query({ text: 'update images set created_at = $2 where id = $1' }, [
      id,
      instantFromMicros(begun),
    ]);
    const second = '2020-02-29T12:00:30Z';
    for (const [op, found] of [
      ['eq', 1],
      ['gte', 1],
      ['lte', 1],
      ['gt', 0],
      ['lt', 0],
      ['neq', 0],
    ] as const) {
      expect([op, await ids(`?id=${id}&created_at=${op}:${second}`)]).toEqual([op, found ? [id] : []]);
    }
    expect(await ids(`?id=${id}&created_at=eq:2020-02-29+12:00:30`)).toEqual([id]);
  });

  test.each([
    'limit=x',
    'limit=-1',
    'limit=1.5',
    'min_ram=x',
    'min_disk=-1',
    'min_ram=2147483648',
    'min_ram=99999999999',
    'protected=yes',
    '__whole_image=1',
    'sort_key=tags',
    'sort_key=constructor',
    'sort_dir=up',
    'visibility=secret',
    'member_status=maybe',
    'created_at=2020-01-01T00:00:00Z',
    'created_at=before:2020-01-01T00:00:00Z',
    'created_at=lt:2020-02-30T00:00:00Z',
    'created_at=lt:0000-01-01T00:00:00Z',
    'created_at=lt:2020-01-01T25:00:00Z',
    'updated_at=lt:yesterday',
    'name=a&name=b',
  ])('%s is refused', async (query) => {
    expectIms(await ask(`?${query}`), 400, 'IMG.0001');
  });

  test('an unknown image type has a code of its own', async () => {
    expectIms(await ask('?__imagetype=silver'), 400, 'IMG.0024');
  });

  test.each(['%FF', 'a%00'])('a query that is no text (%s) is refused', async (value) => {
    expectIms(await ask(`?name=${value}`), 400, 'IMG.0017');
  });
});

test('an image whose data are staged for an import is shown, and found, as being saved', async () => {
  const id = await anImage({ name: randomUUID(), diskFormat: 'raw', containerFormat: 'bare' });
  const staged = await fetch(`http://127.0.0.1:${String(given().port)}/v2/images/${id}/stage`, {
    method: 'PUT',
    headers: { 'X-Auth-Token': 'alice', 'Content-Type': 'application/octet-stream' },
    body: 'some bytes',
  });
  expect(staged.status).toBe(204);
  expect(await ids('?status=saving')).toContain(id);
  expect(await ids(`?status=queued&id=${id}`)).toEqual([]);
  expect((await ask(`?id=${id}`)).json()).toMatchObject({ images: [{ id, status: 'saving' }] });
});
