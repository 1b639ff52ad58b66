import { testDatabase } from '../../support/database';
import { FakeKeystone } from '../../support/fake-keystone';
import { signed } from '../some-identity';
import { before, type SomeKeystone, timed } from './some-keystone';

const given = testDatabase();
let keystone: FakeKeystone;
let here: SomeKeystone;

beforeEach(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  keystone.users.set('u1', { name: 'alice', enabled: true, roles: { p1: ['member'], p2: ['reader'] } });
  here = before(keystone, { cacheSeconds: 60 }, given());
});
afterEach(async () => {
  await here.identity.close();
  await keystone.stop();
});

async function aPair(user = 'u1', project = 'p1', reach: 'project' | 'all-projects' = 'project') {
  const pair = await here.identity.keys?.accessKeys.create(user, project, reach);
  if (!pair) throw new Error('no keys without a service user');
  return pair;
}

test('a pair is bound to a user and a project of Keystone and acts with the roles that it says', async () => {
  const [pair, own] = [await aPair('u1', 'p1', 'all-projects'), await aPair()];
  const authenticate = (project?: string, key = pair) =>
    here.identity.authenticator.authenticate(signed(key, here.clock.now(), {}, project));
  expect(await authenticate()).toMatchObject({
    caller: expect.objectContaining({
      userId: 'u1',
      userName: 'alice',
      projectId: 'p1',
      accessLevel: 'member',
    }),
  });
  expect(await authenticate('p2')).toMatchObject({
    caller: expect.objectContaining({ projectId: 'p2', accessLevel: 'reader' }),
  });
  expect(await authenticate('p3')).toEqual({ fault: 'not-in-project' });
  expect(await authenticate('p2', own)).toEqual({ fault: 'not-in-project' });
});

test('a pair cannot be made for a user without a role in the project, or one whom Keystone does not know', async () => {
  await expect(aPair('u1', 'p3')).rejects.toMatchObject({ name: 'IdentityRefused' });
  await expect(aPair('u9', 'p1')).rejects.toMatchObject({ name: 'IdentityRefused' });
});

test('roles are kept for the cache time, and what Keystone changes counts after it', async () => {
  const pair = await aPair();
  const authenticate = () => here.identity.authenticator.authenticate(signed(pair, here.clock.now()));
  await authenticate();
  const asked = keystone.calls.length;
  keystone.users.set('u1', { name: 'alice', enabled: false, roles: {} });
  here.clock.pass(30);
  expect(await authenticate()).toHaveProperty('caller');
  expect(keystone.calls).toHaveLength(asked);
  here.clock.pass(31);
  expect(await authenticate()).toEqual({ fault: 'key-unknown' });
  keystone.users.clear();
  here.clock.pass(61);
  expect(await authenticate()).toEqual({ fault: 'key-unknown' });
});

test('while Keystone is away a pair whose owner is known stays good, another gets 503', async () => {
  const [known, fresh] = [await aPair(), await aPair()];
  keystone.users.set('u2', { name: 'bob', enabled: true, roles: { p1: ['member'] } });
  const stranger = await aPair('u2');
  here.clock.pass(61);
  const authenticate = (pair: typeof known) =>
    here.identity.authenticator.authenticate(signed(pair, here.clock.now()));
  expect(await authenticate(known)).toHaveProperty('caller');
  await keystone.stop();
  expect(await authenticate(known)).toHaveProperty('caller');
  expect(await authenticate(fresh)).toHaveProperty('caller');
  expect((await timed(authenticate(stranger))).error).toMatchObject({ name: 'Unavailable' });
});

test('without a service user nobody can be known by a signature', async () => {
  const alone = before(keystone, { serviceUser: null }, given());
  const pair = await aPair();
  const found = await alone.identity.authenticator.authenticate(signed(pair, here.clock.now()));
  expect(found).toEqual({ fault: 'key-unknown' });
  expect(alone.identity.keys).toBeUndefined();
  await alone.identity.close();
});
