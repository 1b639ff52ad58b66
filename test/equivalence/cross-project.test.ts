import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../support/gateway';
import { alpha, beta, testAuthenticator } from '../support/test-authenticator';
import { type Answer, send } from '../support/wire';

/** bob of beta asks for a private image of alpha, and for one that is nowhere: nobody can tell the two apart. */
const given = testGateway({
  env: { TAGWAY_IMAGE_STORE: 'fast' },
  replace: { authenticator: testAuthenticator },
});

let secret: string;
let before: string;
beforeAll(async () => {
  const owner = aCaller(alpha);
  const name = 'the secret image';
  const made = await given().gateway.images.create(
    owner,
    {
      name,
      visibility: 'private',
      tags: ['hidden=yes'],
    },
    128,
  );
  secret = made.imageId;
  before = await asOwner();
});

async function asOwner(): Promise<string> {
  return (await send(given().port, 'GET', `/v2/images/${secret}`, { token: 'alice' })).text;
}

const patch = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
const pair = { key: 'hidden', value: 'yes' };

type Endpoint = [
  method: string,
  path: (id: string) => string,
  body?: (id: string) => unknown,
  headers?: Record<string, string>,
];

const endpoints: Endpoint[] = [
  ['GET', (id) => `/v2/images/${id}`],
  ['PATCH', (id) => `/v2/images/${id}`, () => [{ op: 'replace', path: '/name', value: 'x' }], patch],
  ['DELETE', (id) => `/v2/images/${id}`],
  ['PUT', (id) => `/v2/images/${id}/tags/t`],
  ['DELETE', (id) => `/v2/images/${id}/tags/hidden=yes`],
  ['DELETE', (id) => `/v2/images/${id}/tags/none`],
  ['GET', (id) => `/v2/images/${id}/file`],
  ['PUT', (id) => `/v2/images/${id}/file`, () => 'data', { 'Content-Type': 'application/octet-stream' }],
  ['PUT', (id) => `/v2/images/${id}/stage`, () => 'data', { 'Content-Type': 'application/octet-stream' }],
  ['POST', (id) => `/v2/images/${id}/import`, () => ({ method: { name: 'glance-direct' } })],
  ['POST', (id) => `/v2/images/${id}/import`, () => ({ method: { name: 'copy-image' } })],
  ['GET', (id) => `/v2/images/${id}/tasks`],
  ['GET', (id) => `/v2/images/${id}/locations`],
  ['POST', (id) => `/v2/images/${id}/locations`, () => ({ url: 'https://example.org/x' })],
  ['PUT', (id) => `/v2/cache/${id}`],
  ['DELETE', (id) => `/v2/cache/${id}`],
  ['DELETE', (id) => `/v2/stores/fast/${id}`],
  ['POST', (id) => `/v2/images/${id}/actions/deactivate`],
  ['POST', (id) => `/v2/images/${id}/actions/reactivate`],
  ['GET', (id) => `/v2/images/${id}/members`],
  ['POST', (id) => `/v2/images/${id}/members`, () => ({ member: beta })],
  ['GET', (id) => `/v2/images/${id}/members/${beta}`],
  ['PUT', (id) => `/v2/images/${id}/members/${beta}`, () => ({ status: 'accepted' })],
  ['DELETE', (id) => `/v2/images/${id}/members/${beta}`],
  ['GET', (id) => `/v2/images?id=${id}`],
  ['GET', (id) => `/v2/${beta}/images/${id}/tags`],
  ['POST', (id) => `/v2/${beta}/images/${id}/tags`, () => ({ tag: pair })],
  ['POST', (id) => `/v2/${beta}/images/${id}/tags/action`, () => ({ action: 'create', tags: [pair] })],
  ['POST', (id) => `/v2/${beta}/images/${id}/tags/action`, () => ({ action: 'delete', tags: [pair] })],
  ['DELETE', (id) => `/v2/${beta}/images/${id}/tags/hidden`],
  ['DELETE', (id) => `/v1/${beta}/cloudimages/${id}/tags/delete`, () => ({ tags: [pair] })],
  ['PUT', () => '/v1/cloudimages/tags', (id) => ({ image_id: id, image_tag: pair })],
  ['GET', (id) => `/v1/cloudimages/tags?image_id=${id}`],
  ['GET', (id) => `/v2/cloudimages?id=${id}`],
  ['GET', (id) => `/v2/cloudimages?marker=${id}`],
  ['POST', (id) => `/v1/cloudimages/${id}/copy`, () => ({ name: 'x' })],
  ['POST', (id) => `/v2.1/cloudimages/${id}/copy`, () => ({ name: 'x' })],
  ['POST', (id) => `/v1/cloudimages/${id}/file`, () => ({ bucket_url: 'b:f', file_format: 'vhd' })],
  ['POST', (id) => `/v2.1/cloudimages/${id}/file`, () => ({ bucket_url: 'b:f', file_format: 'vhd' })],
  ['PUT', (id) => `/v1/cloudimages/${id}/upload`, () => ({ image_url: 'b:f' })],
  [
    'POST',
    (id) => `/v1/cloudimages/${id}/cross_region_copy`,
    () => ({ name: 'x', region: 'r', project_name: 'p', agency_name: 'a' }),
  ],
  ['GET', (id) => `/v1/${beta}/cloudimages/${id}/members`],
  ['GET', (id) => `/v1/${beta}/cloudimages/${id}/members/${beta}`],
  ['PATCH', (id) => `/v2/cloudimages/${id}`, () => [{ op: 'replace', path: '/name', value: 'x' }]],
];

/** What the answer says, apart from what is another in every answer. */
function told({ status, headers, text }: Answer, id: string): object {
  const requestIds = /req-[0-9a-f-]{36}|"request_id":"[0-9a-f]{32}"/g;
  const changing = ['date', 'x-openstack-request-id', 'x-request-id'];
  const kept = Object.entries(headers).filter(([name]) => !changing.includes(name));
  return {
    status,
    headers: Object.fromEntries(kept),
    text: text.replaceAll(id, 'ID').replace(requestIds, 'REQ'),
  };
}

test.each(endpoints.map((one) => [one[0], one[1]('ID'), one] as const))(
  '%s %s',
  async (_, __, [method, path, body, headers]) => {
    const ask = async (id: string): Promise<object> => {
      const content = body?.(id);
      const sent = {
        token: 'bob',
        ...(content !== undefined && { body: content }),
        ...(headers && { headers }),
      };
      return told(await send(given().port, method, path(id), sent), id);
    };
    const answer = await ask(secret);
    expect(answer).toEqual(await ask(randomUUID()));
    expect(JSON.stringify(answer)).not.toMatch(/hidden|the secret image/);
    expect(await asOwner()).toBe(before);
  },
);

test.each([
  ['/v2/images'],
  ['/v2/images?visibility=private'],
  ['/v2/images?tag=hidden%3Dyes'],
  [`/v2/${beta}/images/tags`],
  ['/v1/cloudimages/tags'],
  ['/v2/cloudimages'],
  ['/v2/cloudimages?tag=hidden.yes'],
])('GET %s shows nothing of it', async (path) => {
  const answer = await send(given().port, 'GET', path, { token: 'bob' });
  expect(answer.status).toBe(200);
  expect(answer.text).not.toMatch(new RegExp(`hidden=|the secret image|${secret}|"hidden"`));
});

test.each([[`/v2/${alpha}/images/tags`], [`/v2/${alpha}/images/none/tags`], [`/v1/${alpha}/jobs/none`]])(
  'GET %s: a path that names the other project is refused whole',
  async (path) => {
    expect((await send(given().port, 'GET', path, { token: 'bob' })).status).toBe(403);
  },
);

/** Glance's own words for a marker that the caller may not see: that it exists is all that they give away. */
test('GET /v2/images?marker= answers as Glance does, and shows nothing of the image', async () => {
  const answer = await send(given().port, 'GET', `/v2/images?marker=${secret}`, { token: 'bob' });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toMatch(/hidden|the secret image/);
});
