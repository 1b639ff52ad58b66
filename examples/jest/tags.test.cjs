const { useTagway } = require('tagway/jest');

// A project of its own for this file, so that workers do not meet.
const tagway = useTagway();
beforeEach(() => tagway.reset());

async function makeImage(tags) {
  const body = JSON.stringify({ name: 'base', tags });
  const answer = await tagway.fetch('/v2/images', { method: 'POST', body });
  return (await answer.json()).id;
}

test('a tag from OpenStack is a key with a value for Huawei', async () => {
  const image = await makeImage(['env=prod']);
  const answer = await tagway.fetch(`/v2/${tagway.id}/images/${image}/tags`);
  expect(await answer.json()).toEqual({ tags: [{ key: 'env', value: 'prod' }] });
});

test('every test begins without images', async () => {
  expect((await (await tagway.fetch('/v2/images')).json()).images).toEqual([]);
});

test('what the code under test does when the service is away', async () => {
  const image = await makeImage([]);
  await tagway.gateway.faults.add({ project: tagway.id, method: 'PUT', status: 503 });
  const put = () => tagway.fetch(`/v2/images/${image}/tags/red`, { method: 'PUT' });
  const away = await put();
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await put()).status).toBe(204);
});

test('what the code under test does when the answer gets lost', async () => {
  const image = await makeImage([]);
  await tagway.gateway.faults.add({ project: tagway.id, method: 'PUT', cut: 'before-answer' });
  await expect(tagway.fetch(`/v2/images/${image}/tags/red`, { method: 'PUT' })).rejects.toThrow(
    'fetch failed',
  );
  expect((await (await tagway.fetch(`/v2/images/${image}`)).json()).tags).toEqual(['red']);
});

test('the code under test has sent exactly these calls', async () => {
  const { next } = await tagway.gateway.journal.read();
  await makeImage(['env=prod']);
  await tagway.fetch('/v2/images?tag=env%3Dprod');
  await tagway.assertCalls(['POST /v2/images 201', 'GET /v2/images?tag=env%3Dprod 200'], { since: next });
});
