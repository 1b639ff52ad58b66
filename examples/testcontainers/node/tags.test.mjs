import assert from 'node:assert';
import test from 'node:test';
import { TagwayContainer } from 'tagway-testcontainers';

const seed = {
  projects: [{ name: 'alpha' }],
  users: [{ name: 'alice', password: 'wonder-land', roles: { alpha: ['member'] } }],
  images: [{ name: 'base', project: 'alpha', tags: ['golden'] }],
};

test('a tag of the seed is found', async () => {
  const tagway = await new TagwayContainer().withSeed(seed).start();
  try {
    const { user: name, password, projectId } = tagway.credentials;
    const identity = {
      methods: ['password'],
      password: { user: { name, password, domain: { id: 'default' } } },
    };
    const login = await fetch(`${tagway.authUrl}/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
    });
    const headers = { 'X-Auth-Token': login.headers.get('X-Subject-Token') };
    const { images } = await (await fetch(`${tagway.url}/v2/images?tag=golden`, { headers })).json();
    assert.deepStrictEqual(
      images.map((image) => image.name),
      ['base'],
    );
    assert.strictEqual(tagway.env.OS_USERNAME, 'alice');
  } finally {
    await tagway.stop();
  }
});

test('two run side by side', async () => {
  const both = await Promise.all([new TagwayContainer().start(), new TagwayContainer().start()]);
  for (const { url } of both) assert.strictEqual((await fetch(`${url}/readyz`)).status, 200);
  assert.notStrictEqual(both[0].url, both[1].url);
  await Promise.all(both.map((each) => each.stop()));
});
