// node --require tagway/node-test/gateway --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useTagway } from 'tagway/node-test';

const tagway = useTagway();

test('a tag from OpenStack is a key with a value for Huawei', async () => {
  const body = JSON.stringify({ name: 'base', tags: ['env=prod'] });
  const { id } = await (await tagway.fetch('/v2/images', { method: 'POST', body })).json();
  const answer = await tagway.fetch(`/v2/${tagway.id}/images/${id}/tags`);
  assert.deepEqual(await answer.json(), { tags: [{ key: 'env', value: 'prod' }] });
});

test('a slow answer is whole in the end', async () => {
  await tagway.gateway.faults.add({ project: tagway.id, path: '/v2/images', slow: 2_000 });
  const begun = performance.now();
  const { images } = await (await tagway.fetch('/v2/images')).json();
  assert.equal(images.length, 1);
  assert.ok(performance.now() - begun > 200);
});
