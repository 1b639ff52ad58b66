import { setTimeout as sleep } from 'node:timers/promises';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { readDivergences } from '../support/golden-runner/divergences';
import { readRecording } from '../support/golden-runner/recording';
import { runCase } from '../support/golden-runner/run-case';
import { type Answer, send } from '../support/wire';
import { run } from './command';
import { runGophercloud, runOpenstacksdk } from './programs';
import {
  ask,
  byPassword,
  logIn,
  password,
  project,
  type RealKeystone,
  startRealKeystone,
} from './real-keystone';

jest.setTimeout(180_000);

let keystone: RealKeystone;
let gateway: TestGateway;
let home: string;
let known: Map<string, string>;
let admin: string;

beforeAll(async () => {
  home = temporaryFolder('tagway-keystone-home');
  keystone = await startRealKeystone();
  gateway = await startTestGateway({
    env: {
      TAGWAY_IDENTITY: 'keystone',
      TAGWAY_KEYSTONE_URL: keystone.url,
      TAGWAY_KEYSTONE_USER: 'tagway',
      TAGWAY_KEYSTONE_PASSWORD: password,
      TAGWAY_TOKEN_CACHE_SECONDS: '2',
    },
  });
  known = await principals();
  admin = token('admin');
});
afterAll(async () => {
  await gateway.close();
  await keystone.stop();
  removeFolder(home);
});

function token(name: string): string {
  return known.get(`TOKEN:${name}`) ?? '';
}

/** The people of the recordings, each with a token of the real Keystone. */
async function principals(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const people = { alice: 'alpha', carol: 'alpha', 'reader-user': 'alpha', bob: 'beta', admin: 'admin' };
  for (const [name, own] of Object.entries(people)) {
    const reply = await logIn(keystone.url, byPassword(name), project(own));
    found.set(`TOKEN:${name}`, reply.token);
    found.set(`USER:${name}`, reply.body.token.user.id);
    found.set(`PROJECT:${own}`, reply.body.token.project.id);
  }
  const asAdmin = async (scope: unknown): Promise<string> =>
    (await logIn(keystone.url, byPassword('admin'), scope)).token;
  found.set('TOKEN:unscoped', await asAdmin('unscoped'));
  found.set('TOKEN:domain', await asAdmin({ domain: { id: 'default' } }));
  found.set('TOKEN:system', await asAdmin({ system: { all: true } }));
  found.set('TOKEN:bad', 'not-a-token');
  found.set('TOKEN:revoked', await revoked());
  found.set('TOKEN:expired', await expired(found));
  found.set('HOST', `127.0.0.1:${String(gateway.port)}`);
  found.set('BASE', gateway.url);
  found.set('IDENTITY', keystone.url.replace('/v3', ''));
  found.set('UUID0', '00000000-0000-4000-8000-000000000000');
  return found;
}

async function revoked(): Promise<string> {
  const { token: text } = await logIn(keystone.url, byPassword('alice'), project('alpha'));
  const headers = { 'X-Auth-Token': text, 'X-Subject-Token': text };
  const { status } = await fetch(`${keystone.url}/auth/tokens`, { method: 'DELETE', headers });
  expect(status).toBe(204);
  return text;
}

/** A token ends with the application credential that it was got with, and nothing else makes one end so soon. */
async function expired(found: ReadonlyMap<string, string>): Promise<string> {
  const end = Date.now() + 4000;
  const path = `/users/${found.get('USER:alice') ?? ''}/application_credentials`;
  const wanted = {
    name: 'short',
    roles: [{ name: 'member' }],
    expires_at: new Date(end).toISOString().slice(0, -1),
  };
  const made = await ask(keystone.url, 'POST', path, found.get('TOKEN:alice'), {
    application_credential: wanted,
  });
  expect(made.status).toBe(201);
  const { id, secret } = made.body.application_credential;
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const { token: text } = await logIn(keystone.url, identity);
  await sleep(end + 1000 - Date.now());
  return text;
}

/** bob in alice's place, as member of alpha. */
async function trusted(found: ReadonlyMap<string, string>): Promise<string> {
  const trust = {
    trustor_user_id: found.get('USER:alice'),
    trustee_user_id: found.get('USER:bob'),
    project_id: found.get('PROJECT:alpha'),
    impersonation: true,
    roles: [{ name: 'member' }],
  };
  const made = await ask(keystone.url, 'POST', '/OS-TRUST/trusts', found.get('TOKEN:alice'), { trust });
  expect(made.status).toBe(201);
  return (await logIn(keystone.url, byPassword('bob'), { 'OS-TRUST:trust': { id: made.body.trust.id } }))
    .token;
}

function list(text: string): Promise<Answer> {
  return send(gateway.port, 'GET', '/v2/images', { token: text });
}

const secure = readRecording('glance-secure-rbac');
const divergences = readDivergences();

describe('the role cases recorded with secure RBAC hold with tokens of a real Keystone', () => {
  test.each(secure.cases)('$id: $description', async (one) => {
    const { differences, kind } = await runCase(one, { gateway, known }, divergences);
    if (kind === 'failing') throw new Error(JSON.stringify(differences, null, 1));
  });
});

test('an application credential acts in its project, with its roles', async () => {
  const path = `/users/${known.get('USER:alice') ?? ''}/application_credentials`;
  const wanted = { name: `c${String(Date.now())}`, roles: [{ name: 'reader' }] };
  const made = await ask(keystone.url, 'POST', path, token('alice'), { application_credential: wanted });
  const { id, secret } = made.body.application_credential;
  const reply = await logIn(keystone.url, {
    methods: ['application_credential'],
    application_credential: { id, secret },
  });
  expect((await list(reply.token)).status).toBe(200);
  const refused = await send(gateway.port, 'POST', '/v2/images', { token: reply.token, body: { name: 'x' } });
  expect(refused.status).toBe(403);
  await ask(keystone.url, 'DELETE', `${path}/${String(id)}`, token('alice'));
  await sleep(2100);
  expect((await list(reply.token)).status).toBe(401);
});

test('a trust lets its trustee act in the project of the trustor', async () => {
  const text = await trusted(known);
  const made = await send(gateway.port, 'POST', '/v2/images', { token: text, body: { name: 'by trust' } });
  expect([made.status, made.json<{ owner: string }>().owner]).toEqual([201, known.get('PROJECT:alpha')]);
});

test('a revoked token stops within the cache time (2 s here)', async () => {
  const { token: text } = await logIn(keystone.url, byPassword('alice'), project('alpha'));
  expect((await list(text)).status).toBe(200);
  const headers = { 'X-Auth-Token': text, 'X-Subject-Token': text };
  await fetch(`${keystone.url}/auth/tokens`, { method: 'DELETE', headers });
  await sleep(2100);
  expect((await list(text)).status).toBe(401);
});

test('an access key acts with the roles that its owner has in Keystone', async () => {
  const keys = gateway.gateway.chosen.keystone?.keys;
  const user = await keys?.people.requireUser('alice');
  const own = await keys?.people.requireProject('alpha');
  expect([user?.id, own?.id]).toEqual([known.get('USER:alice'), known.get('PROJECT:alpha')]);
  expect(await keys?.people.find(user?.id ?? '')).toMatchObject({
    user: { name: 'alice', enabled: true },
    grants: expect.arrayContaining([{ projectId: own?.id, role: { name: 'member' } }]),
  });
  const pair = await keys?.accessKeys.create(user?.id ?? '', own?.id ?? '');
  if (!pair) throw new Error('no pair was made');
  const made = await send(gateway.port, 'POST', '/v2/images', {
    pair,
    body: { name: 'signed', tags: ['k=v'] },
  });
  expect([made.status, made.json<{ owner: string }>().owner]).toEqual([201, own?.id]);
  const path = `/v2/${own?.id ?? ''}/images/${made.json<{ id: string }>().id}/tags`;
  const listed = await send(gateway.port, 'GET', path, { pair });
  expect(listed.json()).toEqual({ tags: [{ key: 'k', value: 'v' }] });
  const wrong = { ...pair, secret: `${pair.secret}x` };
  expect((await send(gateway.port, 'GET', path, { pair: wrong })).status).toBe(401);
});

describe('the clients with the four variables of any cloud', () => {
  const environment = (): Record<string, string> => ({
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: 'alice',
    OS_PASSWORD: password,
    OS_PROJECT_NAME: 'alpha',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
  });

  beforeAll(async () => {
    const services = await ask(keystone.url, 'GET', '/services?type=image', admin);
    for (const { id } of services.body.services)
      await ask(keystone.url, 'DELETE', `/services/${String(id)}`, admin);
    const service = await ask(keystone.url, 'POST', '/services', admin, {
      service: { type: 'image', name: 'tagway' },
    });
    const endpoint = { service_id: service.body.service.id, interface: 'public', url: gateway.url };
    await ask(keystone.url, 'POST', '/endpoints', admin, {
      endpoint: { ...endpoint, region_id: 'RegionOne' },
    });
  });

  test('openstack creates, tags, lists and untags', async () => {
    const openstack = async (...args: string[]): Promise<string> => {
      const ran = await run(home, environment(), 'openstack', 'image', ...args);
      if (ran.code !== 0) throw new Error(ran.err);
      return ran.out.trim();
    };
    const id = await openstack('create', 'k1', '--tag', 't1', '-f', 'value', '-c', 'id');
    await openstack('set', '--tag', 'env=prod', 'k1');
    expect(await openstack('list', '--tag', 'env=prod', '-f', 'value', '-c', 'ID')).toBe(id);
    await openstack('unset', '--tag', 't1', 'k1');
    expect(JSON.parse(await openstack('show', id, '-f', 'json')).tags).toEqual(['env=prod']);
  });

  test('openstacksdk', () => runOpenstacksdk(home, environment()));

  test('gophercloud', () => runGophercloud(home, environment()));

  test('glance adds a tag and lists by it', async () => {
    const glance = async (...args: string[]): Promise<string> => {
      const ran = await run(home, environment(), 'glance', ...args);
      if (ran.code !== 0) throw new Error(ran.err);
      return ran.out;
    };
    const made = await glance(
      'image-create',
      '--name',
      'g1',
      '--disk-format',
      'raw',
      '--container-format',
      'bare',
    );
    const id = /\| id\s+\| (\S+)/.exec(made)?.[1] ?? '';
    await glance('image-tag-update', id, 't9');
    expect(await glance('image-list', '--tag', 't9')).toContain(id);
  });
});
