import { randomUUID } from 'node:crypto';
import { modelLimits } from '../../../src/core/limits';
import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { aCaller } from '../../support/gateway';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = aCaller(alpha);

/** An image with properties of about so many bytes. */
function fat(bytes: number): Promise<unknown> {
  const number = Math.ceil(bytes / modelLimits.propertyValue);
  const value = 'x'.repeat(Math.floor(bytes / number));
  const properties = new Map(Array.from({ length: number }, (_, at) => [`p${String(at)}`, value] as const));
  return given().gateway.images.create(alice, { properties, tags: [randomUUID()] }, 128);
}

beforeAll(async () => {
  for (let at = 0; at < 14; at++) await fat(900_000);
});

test('a page of Glance ends early when it is fat, and its links lead to all images', async () => {
  const ids = new Set<string>();
  const sizes: number[] = [];
  for (let path: string | undefined = '/v2/images?limit=100'; path !== undefined;) {
    const answer = await send(given().port, 'GET', path, { token: 'alice' });
    const page = answer.json<{ images: { id: string }[]; next?: string }>();
    sizes.push(answer.text.length);
    for (const { id } of page.images) ids.add(id);
    path = page.next;
  }
  expect(ids.size).toBe(14);
  expect(Math.max(...sizes)).toBeLessThan(modelLimits.pageBytes + 1_000_000);
  expect(sizes.length).toBeGreaterThan(2);
});

test('fat pages that are asked for together end where each ends alone', async () => {
  const paths = [1, 2, 4, 5, 14, 100, 100].map((limit) => `/v2/images?limit=${String(limit)}`);
  // A busy machine may refuse some, as clients know it.
  const ask = async (path: string): Promise<string> => {
    const answer = await send(given().port, 'GET', path, { token: 'alice' });
    return answer.status === 503 ? ask(path) : answer.text;
  };
  const alone: string[] = [];
  for (const path of paths) alone.push(await ask(path));
  expect(await Promise.all(paths.map(ask))).toEqual(alone);
});

test('a page of /v2/cloudimages too, and markers lead to all images', async () => {
  const ids: string[] = [];
  for (let last: string | undefined = ''; last !== undefined;) {
    const marker: string = last === '' ? '' : `?marker=${last}`;
    const answer = await send(given().port, 'GET', `/v2/cloudimages${marker}`, { token: 'alice' });
    expect(answer.text.length).toBeLessThan(modelLimits.pageBytes + 1_000_000);
    const found = answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
    ids.push(...found);
    last = found.at(-1);
  }
  expect([ids.length, new Set(ids).size]).toEqual([14, 14]);
});

test('searches that show no properties have all of their images, and none of the properties', async () => {
  const body = { action: 'filter', limit: '1000', offset: '0' };
  const path = `/v2/${alpha}/images/resource_instances/action`;
  const answer = await send(given().port, 'POST', path, { token: 'alice', body });
  expect(answer.json<{ resources: unknown[] }>().resources).toHaveLength(14);
  const texts = await send(given().port, 'GET', '/v1/cloudimages/tags', { token: 'alice' });
  expect(texts.json<{ tags: string[] }>().tags).toHaveLength(14);
});

test.each([
  ['name', 'n'.repeat(256), 'v', 'Custom property should not be greater than 255 characters.'],
  ['value', 'n', 'v'.repeat(65_536), 'should not be greater than 65535 bytes'],
])(
  'a %s that is too long is 400, when an image is made and when it is changed',
  async (_, name, value, words) => {
    const { port } = given();
    const made = await send(port, 'POST', '/v2/images', { token: 'alice', body: { [name]: value } });
    expect([made.status, made.text]).toEqual([400, expect.stringContaining(words)]);
    const { id } = (await send(port, 'POST', '/v2/images', { token: 'alice', body: {} })).json<{
      id: string;
    }>();
    const patched = await send(port, 'PATCH', `/v2/images/${id}`, {
      token: 'alice',
      body: [{ op: 'add', path: `/${name}`, value }],
      headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' },
    });
    expect([patched.status, patched.text]).toEqual([400, expect.stringContaining(words)]);
  },
);
