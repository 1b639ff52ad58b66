import type { JournalEntry, JournalPage } from '../../src/admin/journal';
import { Journal } from '../../src/admin/journal';
import { openstack } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { until } from '../support/until';
import { send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

const speaker = () => ({ port: site().port, token: site().alice, project: seeded.alpha });

async function read(query = ''): Promise<JournalPage> {
  const answer = await site().ask('GET', `/admin/journal${query}`);
  expect(answer.status).toBe(200);
  return answer.json<JournalPage>();
}

beforeEach(() => site().ask('DELETE', '/admin/journal'));

/** The entry is written when the answer has left, which its reader may see first. */
async function untilThere(count: number): Promise<readonly JournalEntry[]> {
  return until(async () => {
    const { entries } = await read('?limit=1000');
    return entries.length >= count && entries;
  });
}

test('an exchange is told with its caller, both headers and both bodies', async () => {
  const id = await openstack(speaker()).create({ name: 'told', tags: ['é'] });
  const [entry] = await untilThere(1);
  expect(entry).toMatchObject({
    surface: 'openstack-images',
    method: 'POST',
    target: '/v2/images',
    status: 201,
    project: seeded.alpha,
    user: expect.stringMatching(/^[0-9a-f]{32}$/),
    requestId: expect.any(String),
    request: {
      headers: { 'content-type': 'application/json', 'x-auth-token': '***' },
      body: '{"name":"told","tags":["é"]}',
      truncated: false,
    },
    response: { headers: { location: expect.stringContaining(id) }, truncated: false },
  });
  expect(JSON.parse(entry?.response.body ?? '')).toMatchObject({ id, tags: ['é'] });
  expect(new Date(entry?.at ?? '').toISOString()).toBe(entry?.at);
  expect(entry?.milliseconds).toBeGreaterThan(0);
});

test('it is read on from a number, by surface and in pages', async () => {
  const before = (await read()).next;
  await openstack(speaker()).put(seeded.image, 'one');
  await send(site().port, 'GET', '/healthz');
  await openstack(speaker()).put(seeded.image, 'two');
  await untilThere(3);
  const first = await read(`?since=${String(before)}&limit=2`);
  expect(first.entries.map(({ target }) => target.split('/').at(-1))).toEqual(['one', 'healthz']);
  const rest = await read(`?since=${String(first.next)}`);
  expect(rest.entries.map(({ target }) => target.split('/').at(-1))).toEqual(['two']);
  expect((await read(`?since=${String(rest.next)}`)).entries).toEqual([]);
  expect((await read('?surface=health')).entries).toHaveLength(1);
  expect((await site().ask('GET', '/admin/journal?limit=0')).status).toBe(400);
  expect((await site().ask('GET', '/admin/journal?since=x')).status).toBe(400);
});

test('no secret of a login, a credential or a signed request is in it', async () => {
  const { port, url, alice, admin } = site();
  const token = await signIn(url, 'alice', seeded.password, 'alpha');
  const byToken = { auth: { identity: { methods: ['token'], token: { id: alice } } } };
  expect((await send(port, 'POST', '/v3/auth/tokens', { body: byToken })).status).toBe(201);
  const own = { headers: { 'X-Subject-Token': alice }, token: alice };
  expect((await send(port, 'GET', '/v3/auth/tokens', own)).status).toBe(200);
  const wrong = {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'alice', domain: { id: 'default' }, password: 'a wrong one' } },
      },
    },
  };
  expect((await send(port, 'POST', '/v3/auth/tokens', { body: wrong })).status).not.toBe(201);
  const who = (await send(port, 'GET', '/v3/auth/tokens', own)).json<{ token: { user: { id: string } } }>()
    .token.user.id;
  const made = await send(port, 'POST', `/v3/users/${who}/application_credentials`, {
    token,
    body: { application_credential: { name: 'ci' } },
  });
  expect(made.status).toBe(201);
  const { secret } = made.json<{ application_credential: { secret: string } }>().application_credential;
  const pair = { access: seeded.access, secret: seeded.secret };
  expect((await send(port, 'GET', '/v2/images', { pair })).status).toBe(200);
  const basic = Buffer.from(`alice:${seeded.password}`).toString('base64');
  await send(port, 'GET', '/v2/images', {
    headers: { Authorization: `Basic ${basic}`, 'X-Security-Token': 'temporary' },
  });
  await send(port, 'POST', `/v2/images?token=${token}`, { token });

  const entries = await untilThere(9);
  const text = JSON.stringify(entries);
  for (const one of [
    token,
    alice,
    admin,
    seeded.password,
    seeded.secret,
    secret,
    basic,
    'a wrong one',
    'temporary',
  ]) {
    expect(text).not.toContain(one);
  }
  const signed = entries.find(({ request }) => request.headers['authorization']?.startsWith('SDK'));
  expect(signed?.request.headers['authorization']).toMatch(
    /Access=AKTEST\w+, SignedHeaders=[\w;-]+, Signature=\*\*\*$/,
  );
  const login = entries.find(({ target, method }) => method === 'POST' && target === '/v3/auth/tokens');
  expect(login?.request.body).toContain('"name":"alice","domain":{"id":"default"},"password":"***"');
});

test('a login that is no JSON is not shown at all', async () => {
  await fetch(`${site().url}/v3/auth/tokens`, { method: 'POST', body: '{"password": "half' });
  await fetch(`${site().url}/v2/images`, {
    method: 'POST',
    headers: { 'X-Auth-Token': site().alice },
    body: '{"password": "half',
  });
  const entries = await untilThere(2);
  expect(entries.map(({ request }) => [request.body, request.bytes])).toEqual([
    [null, 18],
    [null, 18],
  ]);
});

test('a long body is cut at 4 KiB between two characters, and data is told by its length', async () => {
  const description = 'é'.repeat(10_000);
  const id = await openstack(speaker()).create({ description, disk_format: 'raw', container_format: 'bare' });
  const body = Buffer.alloc(100_000, 0xff);
  const headers = { 'X-Auth-Token': site().alice, 'Content-Type': 'application/octet-stream' };
  const url = `${site().url}/v2/images/${id}/file`;
  expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(204);
  expect((await fetch(url, { headers })).headers.get('content-length')).toBe('100000');
  const [made, put, got] = await untilThere(3);
  expect(made?.request.truncated).toBe(true);
  expect(Buffer.byteLength(made?.request.body ?? '')).toBeLessThanOrEqual(4096);
  expect(made?.request.body).toMatch(/é$/);
  expect(put?.request).toMatchObject({ body: null, bytes: 100_000 });
  expect(got?.response).toMatchObject({ body: null, bytes: 100_000 });
});

test('requests to /admin and /console are not in it', async () => {
  await site().ask('GET', '/admin/faults');
  await send(site().port, 'GET', '/admin/none');
  await send(site().port, 'GET', '/console/x');
  await send(site().port, 'GET', '/healthz');
  expect((await untilThere(1)).map(({ target }) => target)).toEqual(['/healthz']);
});

test('only the last ones are kept, and a number from an earlier life hides nothing', () => {
  const journal = new Journal(3);
  for (let count = 0; count < 5; count++) journal.add({ surface: 'health' } as JournalEntry);
  const query = { surface: null, project: null, user: null, limit: 100 };
  expect(journal.read({ ...query, since: null }).entries.map(({ id }) => id)).toEqual([3, 4, 5]);
  expect(journal.read({ ...query, since: 4 })).toMatchObject({ entries: [{ id: 5 }], next: 5 });
  expect(journal.read({ ...query, since: 99 }).entries).toHaveLength(3);
  expect(journal.read({ ...query, since: null, limit: 1 })).toMatchObject({ entries: [{ id: 5 }], next: 5 });
  journal.clear();
  expect(journal.read({ ...query, since: null })).toEqual({ entries: [], next: 5 });
});
