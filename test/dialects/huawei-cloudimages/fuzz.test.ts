import fc from 'fast-check';
import { openstack } from '../../support/dialects';
import { aCaller, testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { filterValues, knownFilters } from './fuzz-filters';
import { anything, mutated, routes } from './fuzz-requests';

/*
 * Whatever the body or the query, both Huawei dialects answer with a status below 500 and, when they refuse, in
 * one of their two forms; and what they refuse changes nothing.
 */
const given = testGateway({ replace: { authenticator: testAuthenticator } });
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 400);
const alice = aCaller(alpha);

function expectRefusal(status: number, body: unknown): void {
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(body).toEqual(
    status === 413 || (body as object).hasOwnProperty.call(body, 'error_code')
      ? {
          error_msg: expect.any(String),
          error_code: expect.stringMatching(/^APIGW\.\d{4}$/),
          request_id: expect.any(String),
        }
      : { error: { message: expect.any(String), code: expect.stringMatching(/^IMG\.\d{4}$/) } },
  );
}

let image = '';
beforeAll(async () => {
  const fields = { name: 'fuzzed', tags: ['a', 'b=c'], disk_format: 'raw', container_format: 'bare' };
  const sender = { token: 'alice' };
  image = await openstack({ port: given().port, ...sender, project: alpha }).create(fields);
  const headers = { 'Content-Type': 'application/octet-stream' };
  await send(given().port, 'PUT', `/v2/images/${image}/file`, { ...sender, headers, body: 'data' });
});

test(
  'no body makes either dialect fail, and a refused one changes nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), fc.nat({ max: 30 }), anything, async (route, at, part) => {
        const [method, path, template] = route;
        const body: unknown = JSON.parse(
          JSON.stringify(mutated(template, at, part)).replaceAll('$image', image),
        );
        const before = await given().gateway.images.show(alice, image);
        const answer = await send(given().port, method, path.replace('$image', image), {
          token: 'alice',
          body,
        });
        expectRefusal(answer.status, answer.text === '' ? undefined : answer.json());
        if (answer.status >= 400) expect(await given().gateway.images.show(alice, image)).toEqual(before);
      }),
      { numRuns },
    );
  },
  60_000 + numRuns * 50,
);

test.each(routes)('%s %s takes the body that the others are made of', async (method, path, template) => {
  const body: unknown = JSON.parse(JSON.stringify(template).replaceAll('$image', image));
  const answer = await send(given().port, method, path.replace('$image', image), { token: 'alice', body });
  expect([answer.status, answer.text]).toEqual([expect.any(Number), expect.not.stringContaining('error')]);
  expect(answer.status).toBeLessThan(300);
});

test(
  'no query makes a list fail',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v2/cloudimages', '/v1/cloudimages/tags'),
        fc.array(fc.tuple(fc.constantFrom(...knownFilters), filterValues), { maxLength: 5 }),
        async (path, filters) => {
          const query = filters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
          // Of a project that the test above has not filled.
          const answer = await send(given().port, 'GET', `${path}?${query}`, { token: 'bob' });
          expectRefusal(answer.status, answer.json());
        },
      ),
      { numRuns },
    );
  },
  60_000 + numRuns * 50,
);
