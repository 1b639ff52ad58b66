import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Observers } from '../../src/composition/observers';
import { Database } from '../../src/storage/database/database';
import { thePerson, tokenOf } from '../dialects/identity-v3/people';
import { FakeKeystone } from '../support/fake-keystone';
import { startTestGateway, testGateway } from '../support/gateway';
import { readSamples, type Sample, valueOf } from '../support/readings';
import { searchedLog } from '../support/secrets';
import { withShippedTimeouts } from '../support/timeouts';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

const given = testGateway({
  replace: { authenticator: testAuthenticator },
  contracts: false,
  // Counted here, also where the other suites go without.
  env: { TAGWAY_BATCHING: 'on' },
});

async function samples(port = given().port): Promise<Sample[]> {
  return readSamples((await send(port, 'GET', '/metrics')).text);
}

async function anImage(port = given().port): Promise<string> {
  const made = await send(port, 'POST', '/v2/images', { token: 'alice', body: { name: 'n' } });
  return made.json<{ id: string }>().id;
}

test('a request counts under its dialect, the operation that the contract names, and its status', async () => {
  const { port } = given();
  const image = await anImage();
  const asked: [string, string, object?][] = [
    ['PUT', `/v2/images/${image}/tags/red`],
    ['PUT', `/v2/images/${randomUUID()}/tags/red`],
    ['HEAD', '/healthcheck'],
    ['GET', '/versions'],
    ['GET', '/v2'],
    ['GET', `/v2/${alpha}/images/${image}/tags`],
    ['PUT', '/v1/cloudimages/tags', { image_id: image, tag: 'k.v' }],
    ['DELETE', '/v2/images'],
    ['GET', '/v3/projects'],
    ['HEAD', '/v3'],
    ['GET', '/healthz'],
  ];
  for (const [method, path, body] of asked) {
    await send(port, method, path, { token: 'alice', ...(body && { body }) });
  }
  const seen = await samples();
  const counted = [
    ['openstack-images', 'addTag', '204'],
    ['openstack-images', 'addTag', '404'],
    ['openstack-images', 'checkHealthBriefly', '204'],
    ['openstack-images', 'listVersions', '200'],
    ['openstack-images', 'showRoot', '302'],
    ['openstack-images', 'none', '405'],
    ['huawei-images', 'listImageTags', '200'],
    ['huawei-cloudimages', 'setTag', '204'],
    ['identity-v3', 'showVersion', '200'],
    ['health', '/healthz', '200'],
  ].map(([dialect = '', operation = '', status = '']) =>
    valueOf(seen, 'tagway_requests_total', { dialect, operation, status }),
  );
  expect(counted).toEqual(counted.map(() => 1));
});

test('times, bytes and requests under way follow the requests', async () => {
  const { port } = given();
  const image = await anImage();
  const labels = { dialect: 'openstack-images', operation: 'uploadImage' };
  await send(port, 'PATCH', `/v2/images/${image}`, {
    token: 'alice',
    body: ['disk_format', 'container_format'].map((name) => ({
      op: 'replace',
      path: `/${name}`,
      value: name === 'disk_format' ? 'raw' : 'bare',
    })),
    headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' },
  });
  const data = 'x'.repeat(100_000);
  const put = await send(port, 'PUT', `/v2/images/${image}/file`, {
    token: 'alice',
    body: data,
    headers: { 'Content-Type': 'application/octet-stream' },
  });
  expect(put.status).toBe(204);
  const seen = await samples();
  expect(valueOf(seen, 'tagway_request_seconds_count', labels)).toBe(1);
  expect(valueOf(seen, 'tagway_request_seconds_bucket', { ...labels, le: '+Inf' })).toBe(1);
  expect(valueOf(seen, 'tagway_request_seconds_sum', labels)).toBeGreaterThan(0);
  const bytes = valueOf(seen, 'tagway_request_bytes_total', labels) ?? 0;
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(102_000);
  expect(valueOf(seen, 'tagway_response_bytes_total', labels)).toBeGreaterThan(50);
  expect(valueOf(seen, 'tagway_requests_under_way')).toBe(1);
});

test('whatever is asked for, the labels stay those that there are', async () => {
  const { port } = given();
  const before = new Set((await samples()).map(({ labels }) => labels['operation']));
  const piece = fc.oneof(
    fc.constantFrom('v1', 'v2', 'v3', 'images', 'cloudimages', 'tags', 'docs', 'admin', 'console', alpha),
    fc.webSegment(),
    fc.uuid(),
  );
  const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`);
  const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND');
  await fc.assert(
    fc.asyncProperty(path, method, async (asked, how) => {
      await send(port, how, asked, { token: 'alice' });
    }),
    { numRuns: 150 },
  );
  const after = await samples();
  const operations = new Set(after.map(({ labels }) => labels['operation']));
  for (const operation of operations) {
    if (before.has(operation) || operation === undefined) continue;
    expect(operation).toMatch(/^(?:[a-z]+[A-Za-z]+|\/(?:console|docs|healthz|readyz|metrics)[/a-z]*)$/);
  }
  const texts = JSON.stringify(after);
  expect(texts).not.toContain(alpha);
  expect(texts).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
});

test('statements, connections and changes that go together are counted', async () => {
  const { port } = given();
  const images = await Promise.all(Array.from({ length: 8 }, () => anImage()));
  await Promise.all(
    images.map((image) => send(port, 'PUT', `/v2/images/${image}/tags/x`, { token: 'alice' })),
  );
  const seen = await samples();
  expect(valueOf(seen, 'tagway_batch_size_sum', { kind: 'change-tags' })).toBeGreaterThanOrEqual(8);
  expect(valueOf(seen, 'tagway_postgres_seconds_count', { outcome: 'done' })).toBeGreaterThan(8);
  const connections = ['idle', 'busy'].map((state) =>
    valueOf(seen, 'tagway_postgres_connections', { state }),
  );
  expect(connections[0] ?? 0).toBeGreaterThan(0);
  expect(valueOf(seen, 'tagway_postgres_connections_max')).toBe(10);
  expect(valueOf(seen, 'tagway_postgres_up')).toBe(1);
  expect(valueOf(seen, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
});

test('a token is looked up once and then found', async () => {
  const gateway = await startTestGateway();
  try {
    const token = await tokenOf(gateway, await thePerson(gateway, 'one', 'member'));
    for (let time = 0; time < 3; time++) await send(gateway.port, 'GET', '/v2/images', { token });
    const cache = 'tokens';
    const seen = await samples(gateway.port);
    expect(valueOf(seen, 'tagway_identity_cache_misses_total', { cache })).toBe(1);
    expect(valueOf(seen, 'tagway_identity_cache_hits_total', { cache })).toBe(2);
    expect(valueOf(seen, 'tagway_identity_cache_entries', { cache })).toBe(1);
  } finally {
    await gateway.close();
  }
});

test('a database that is away is told', async () => {
  const away = new Database('postgres://nobody@127.0.0.1:1/nowhere', 2, () => undefined);
  const seen = new Observers(searchedLog(), null, undefined);
  seen.watch(away, { caches: () => [] });
  await withShippedTimeouts(async () => {
    const text = await seen.metrics.registry.metrics();
    expect(valueOf(readSamples(text), 'tagway_postgres_up')).toBe(0);
    expect(valueOf(readSamples(text), 'tagway_postgres_connections_max')).toBe(2);
  });
  await away.close();
});

test('questions to Keystone are counted by their outcome, and its absence is told', async () => {
  const keystone = new FakeKeystone();
  await keystone.start();
  const env = { TAGWAY_IDENTITY: 'keystone', TAGWAY_KEYSTONE_URL: keystone.url };
  const gateway = await startTestGateway({ env });
  const ask = (token: string): Promise<unknown> => send(gateway.port, 'GET', '/v2/images', { token });
  try {
    const known = keystone.aToken();
    for (const token of [known, known, 'nonsense']) await ask(token);
    keystone.mood = 'resets';
    for (let time = 0; time < 6; time++) await ask(keystone.aToken());
    const seen = await samples(gateway.port);
    const count = (outcome: string): number | undefined =>
      valueOf(seen, 'tagway_keystone_seconds_count', { outcome });
    expect([count('granted'), count('refused')]).toEqual([1, 1]);
    // Five failures open the circuit; the sixth may be one more attempt on a slow machine.
    expect(count('failed')).toBeGreaterThanOrEqual(5);
    expect((count('failed') ?? 0) + (count('unasked') ?? 0)).toBe(6);
    expect(valueOf(seen, 'tagway_keystone_circuit_open')).toBe(1);
    expect(valueOf(seen, 'tagway_identity_cache_hits_total', { cache: 'tokens' })).toBe(1);
  } finally {
    await gateway.close();
    await keystone.stop();
  }
}, 60_000);
