const { startTagway } = require('./tagway.cjs');

let tagway;
let headers;

beforeAll(async () => {
  tagway = await startTagway();
  const [{ name, password }] = tagway.users;
  const domain = { id: tagway.domain.id };
  const auth = {
    identity: { methods: ['password'], password: { user: { name, password, domain } } },
    scope: { project: { name: tagway.project.name, domain } },
  };
  const answer = await fetch(`${tagway.authUrl}/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth }),
  });
  headers = { 'X-Auth-Token': answer.headers.get('x-subject-token'), 'Content-Type': 'application/json' };
}, 60_000);

afterAll(() => tagway?.stop());

const admin = (method, path, body) =>
  fetch(`${tagway.adminUrl}${path}`, {
    method,
    headers: { 'X-Auth-Token': tagway.admin.token },
    ...(body && { body: JSON.stringify(body) }),
  });

beforeEach(() => admin('POST', '/reset'));

async function makeImage(tags) {
  const body = JSON.stringify({ name: 'base', tags });
  const answer = await fetch(`${tagway.imageEndpoint}/v2/images`, { method: 'POST', headers, body });
  return (await answer.json()).id;
}

test('a tag from OpenStack is a key with a value for Huawei', async () => {
  const image = await makeImage(['env=prod']);
  const url = `${tagway.huaweiEndpoint}/v2/${tagway.project.id}/images/${image}/tags`;
  expect(await (await fetch(url, { headers })).json()).toEqual({ tags: [{ key: 'env', value: 'prod' }] });
});

test('every test begins without images', async () => {
  const answer = await fetch(`${tagway.imageEndpoint}/v2/images`, { headers });
  expect((await answer.json()).images).toEqual([]);
});

test('what the code under test does when the service is away', async () => {
  const image = await makeImage([]);
  await admin('POST', '/faults', { method: 'PUT', status: 503, times: 1 });
  const put = () => fetch(`${tagway.imageEndpoint}/v2/images/${image}/tags/red`, { method: 'PUT', headers });
  const away = await put();
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await put()).status).toBe(204);
});
