import { huaweiImages, openstack, type Speaker } from '../support/dialects';
import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function statuses(calls: Promise<{ status: number }>[]): Promise<Record<number, number>> {
  const counted: Record<number, number> = {};
  for (const { status } of await Promise.all(calls)) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
}

test('twenty different tags put on one image at once are all there', async () => {
  const id = await openstack(alice()).create({ name: 'race' });
  const names = upTo(20).map((index) => `tag${String(index).padStart(2, '0')}`);
  expect(await statuses(names.map((name) => openstack(alice()).put(id, name)))).toEqual({ 204: 20 });
  expect(await openstack(alice()).tags(id)).toEqual(names);
});

test('one tag put twenty times at once is one row', async () => {
  const id = await openstack(alice()).create({ name: 'race' });
  expect(await statuses(upTo(20).map(() => openstack(alice()).put(id, 'same')))).toEqual({ 204: 20 });
  const rows = await given().database.query(
    { text: 'select name from image_tags where project_id = $1 and image_id = $2' },
    [alpha, id],
  );
  expect(rows).toEqual([{ name: 'same' }]);
});

test('one tag deleted twenty times at once is one 204 and nineteen 404, in either dialect that counts', async () => {
  for (const remove of [openstack(alice()).remove, huaweiImages(alice()).remove]) {
    const id = await openstack(alice()).create({ tags: ['same'] });
    expect(await statuses(upTo(20).map(() => remove(id, 'same')))).toEqual({ 204: 1, 404: 19 });
  }
});

test('forty writers racing for the last places of 128 never make it 129', async () => {
  const id = await openstack(alice()).create({ tags: upTo(120).map((index) => `old${String(index)}`) });
  const calls = upTo(40).map((index) => openstack(alice()).put(id, `new${String(index)}`));
  expect(await statuses(calls)).toEqual({ 204: 8, 413: 32 });
  expect(await openstack(alice()).tags(id)).toHaveLength(128);
});

test('ten tags an image hold for Huawei writers that race, too', async () => {
  const id = await openstack(alice()).create({ tags: upTo(7).map((index) => `old${String(index)}`) });
  const calls = upTo(20).map((index) =>
    huaweiImages(alice()).add(id, { key: `new${String(index)}`, value: 'x' }),
  );
  expect(await statuses(calls)).toEqual({ 204: 3, 400: 17 });
  expect(await openstack(alice()).tags(id)).toHaveLength(10);
});
