import { useTagway } from 'tagway/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

const tagway = useTagway({ beforeAll, afterAll });

test('a tag from OpenStack is a key with a value for Huawei', async () => {
  const body = JSON.stringify({ name: 'base', tags: ['env=prod'] });
  const { id } = await (await tagway.fetch('/v2/images', { method: 'POST', body })).json();
  const answer = await tagway.fetch(`/v2/${tagway.id}/images/${id}/tags`);
  expect(await answer.json()).toEqual({ tags: [{ key: 'env', value: 'prod' }] });
});

test('an expired token is refused, and a new one is good', async () => {
  expect((await tagway.fetch('/v2/images')).status).toBe(200);
  await tagway.gateway.tokens.expire({ project: tagway.id });
  expect((await tagway.fetch('/v2/images')).status).toBe(401);
  const headers = { 'X-Auth-Token': await tagway.token() };
  expect((await tagway.fetch('/v2/images', { headers })).status).toBe(200);
});
