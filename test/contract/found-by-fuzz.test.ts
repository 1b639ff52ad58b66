import { testGateway } from '../support/gateway';
import { testAuthenticator } from '../support/test-authenticator';
import { type Answer, closeIdleSockets, send } from '../support/wire';
import { allowed } from '../support/allowed';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  send(given().port, method, path, { token: 'alice', ...(body !== undefined && { body }) });

test('a number beyond what the column holds filters like any other', async () => {
  await ask('POST', '/v2/images', { name: 'small', min_ram: 1, min_disk: 1 });
  const named = async (filter: string): Promise<[number, number]> => {
    const answer = await ask('GET', `/v2/images?name=small&${filter}`);
    return [answer.status, answer.json<{ images: unknown[] }>().images.length];
  };
  const beyond = '9223372036854775808';
  expect(await named(`min_ram_max=${beyond}`)).toEqual([200, 1]);
  expect(await named(`min_disk_min=${beyond}`)).toEqual([200, 0]);
  expect(await named(`min_ram=${beyond}`)).toEqual([200, 0]);
  expect(await named(`size_max=${beyond}`)).toEqual([200, 0]);
});

test('tags are listed of images of which sort so ever, also when there can be none', async () => {
  for (const type of ['gold', 'private', 'shared', 'market']) {
    const path = `/v1/cloudimages/tags?__imagetype=${type}&__platform=debian-13`;
    expect([type, (await ask('GET', path)).status]).toEqual([type, 200]);
  }
});

test('a member of an image cannot have a name that no project has', async () => {
  const { id } = (await ask('POST', '/v2/images', { visibility: 'shared' })).json<{ id: string }>();
  for (const member of ['a\0b', '\ud800', '\0']) {
    expect((await ask('POST', `/v2/images/${id}/members`, { member })).status).toBe(400);
  }
  expect((await ask('GET', `/v2/images/${id}/members`)).json()).toMatchObject({ members: [] });
});

test('a property that Postgres has no text for is refused; one that is there already keeps none from being found', async () => {
  const made: number[] = [];
  for (const value of ['a\0b', '\ud800', '"quoted"\n', 'é🏷']) {
    const body = { name: 'odd', visibility: 'community', odd: value, __platform: value };
    made.push((await ask('POST', '/v2/images', body)).status);
  }
  expect(made).toEqual([400, 400, 201, 201]);
  const older = await ask('POST', '/v2/images', { name: 'older', visibility: 'community' });
  const text = 'update images set properties = $2 where id = $1';
  const properties = String.raw`[["odd","a\u0000b"],["__platform","\ud800"]]`;
  await given().database.query({ text }, [older.json<{ id: string }>().id, properties]);
  const found = await ask('GET', `/v2/images?odd=${encodeURIComponent('"quoted"\n')}`);
  expect([found.status, found.json<{ images: unknown[] }>().images.length]).toEqual([200, 1]);
  const platform = `__platform=${encodeURIComponent('é🏷')}`;
  const v2 = await ask('GET', `/v2/cloudimages?${platform}`);
  expect([v2.status, v2.json<{ images: unknown[] }>().images.length]).toEqual([200, 1]);
});

test.each(['v2.0', 'v2.1'])(
  'a patch of %s with a text that Postgres has none for is refused',
  async (version) => {
    const { id } = (await ask('POST', '/v2/images', { name: 'before' })).json<{ id: string }>();
    const type = { 'Content-Type': `application/openstack-images-${version}-json-patch` };
    for (const text of ['a\0b', '\ud800']) {
      const step = { op: 'replace', path: '/name', value: text };
      const change = version === 'v2.1' ? step : { replace: '/name', value: text };
      const sent = { token: 'alice', headers: type, body: JSON.stringify([change]) };
      expect((await send(given().port, 'PATCH', `/v2/images/${id}`, sent)).status).toBe(400);
    }
    expect((await ask('GET', `/v2/images/${id}`)).json()).toMatchObject({ name: 'before' });
  },
);

test('a version with a line feed behind it is no version', async () => {
  expect((await ask('GET', '/v2%0A')).status).toBe(300);
});

test('a long Range header is read in no time', async () => {
  const { id } = (await ask('POST', '/v2/images', { disk_format: 'raw', container_format: 'bare' })).json<{
    id: string;
  }>();
  const type = { 'Content-Type': 'application/octet-stream' };
  await send(given().port, 'PUT', `/v2/images/${id}/file`, { token: 'alice', headers: type, body: 'data' });
  await expectSwift(`/v2/images/${id}/file`, { Range: `bytes=${' '.repeat(15_000)}` });
});

test('a long Accept header is read in no time', async () => {
  await expectSwift('/v2/images', { Accept: `application/vnd.openstack.images-${'\t'.repeat(15_000)}q=1` });
});

/** Each of these headers took the process a quarter of a second: three seconds in all. */
async function expectSwift(path: string, headers: Record<string, string>): Promise<void> {
  const begun = performance.now();
  for (let asked = 0; asked < 12; asked++) await send(given().port, 'GET', path, { token: 'alice', headers });
  expect(performance.now() - begun).toBeLessThan(allowed(2_000));
}
