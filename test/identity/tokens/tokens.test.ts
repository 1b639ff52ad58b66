import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { Unavailable } from '../../../src/core/errors';
import { Database } from '../../../src/storage/database/database';
import { testDatabase } from '../../support/database';
import {
  anIdentity,
  authenticate,
  bearing,
  byPassword,
  inProject,
  somebody,
  TestClock,
  tokenFor,
} from '../some-identity';

const given = testDatabase();

test('a password gives a token that says who calls, where, and what they may', async () => {
  const identity = anIdentity(given(), new TestClock());
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  expect(await authenticate(identity, token)).toEqual({
    caller: {
      userId: who.user.id,
      userName: who.user.name,
      scope: 'project',
      projectId: who.project.id,
      roles: ['member', 'reader'],
      accessLevel: 'member',
    },
  });
});

test.each(['x-auth-token', 'X_Auth_Token', 'x-storage-token'])('a token is taken from %s', async (header) => {
  const identity = anIdentity(given(), new TestClock());
  const who = await somebody(identity, 'reader');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  const headers = { [header.toLowerCase()]: ` ${token} ` };
  expect(await identity.authenticator.authenticate(bearing(headers))).toHaveProperty('caller');
});

test('no token, an empty one and a bearer are missing; no text at all is more than invalid', async () => {
  const identity = anIdentity(given(), new TestClock());
  for (const headers of [{}, { 'x-auth-token': ' ' }, { authorization: 'Bearer abc' }]) {
    expect(await identity.authenticator.authenticate(bearing(headers))).toEqual({ fault: 'missing' });
  }
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String({ maxLength: 300 })), async (text) => {
      fc.pre(text.trim() !== '');
      expect(await authenticate(identity, text)).toEqual({ fault: 'token-invalid' });
    }),
  );
});

test('a token ends at its time, also while it is cached', async () => {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock, { tokenLifetime: 60, cacheSeconds: 1000 });
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  clock.pass(58);
  expect(await authenticate(identity, token)).toHaveProperty('caller');
  clock.pass(2);
  expect(await authenticate(identity, token)).toEqual({ fault: 'token-expired' });
  expect(await authenticate(anIdentity(given(), clock), token)).toEqual({ fault: 'token-expired' });
});

test("gateways on one database take each other's tokens, those on another do not", async () => {
  const clock = new TestClock();
  const [one, other] = [anIdentity(given(), clock), anIdentity(given(), clock)];
  await Promise.all([one.prepare(), other.prepare()]);
  const who = await somebody(one, 'member');
  const login = byPassword(who, inProject(who));
  const tokens = await Promise.all([tokenFor(one, login), tokenFor(other, login)]);
  for (const token of tokens) {
    expect(await authenticate(one, token)).toHaveProperty('caller');
    expect(await authenticate(other, token)).toHaveProperty('caller');
  }
});

test('a new token key signs from then on, and tokens of the old one stay good', async () => {
  // Later than every key that other tests of this file have made.
  const clock = new TestClock();
  clock.pass(86_400);
  const identity = anIdentity(given(), clock);
  const who = await somebody(identity, 'member');
  const before = await tokenFor(identity, byPassword(who, inProject(who)));
  await identity.tokenKeys.rotate();
  const after = await tokenFor(identity, byPassword(who, inProject(who)));
  expect(after.slice(0, 6)).not.toBe(before.slice(0, 6));
  for (const token of [before, after]) expect(await authenticate(identity, token)).toHaveProperty('caller');
});

describe('what ends a token at once here, and within the cache time in another process', () => {
  type Ending = (
    identity: ReturnType<typeof anIdentity>,
    who: Awaited<ReturnType<typeof somebody>>,
    token: string,
  ) => Promise<unknown>;
  const endings: [string, Ending][] = [
    [
      'its revocation',
      async (identity, _who, token) => {
        const found = await authenticate(identity, token);
        if ('fault' in found) throw new Error('was not good before');
        return identity.selfService.revoke(found.caller, token);
      },
    ],
    [
      'the loss of all roles in its project',
      (identity, who) => identity.directory.setRoles(who.project.id, who.user.id, []),
    ],
    ['a new password', (identity, who) => identity.directory.setPassword(who.user.id, 'another')],
    ['the disabling of its user', (identity, who) => identity.directory.setUserEnabled(who.user.id, false)],
  ];

  test.each(endings)('%s', async (_what, end) => {
    const clock = new TestClock();
    const [here, elsewhere] = [anIdentity(given(), clock), anIdentity(given(), clock)];
    const who = await somebody(here, 'member');
    const token = await tokenFor(here, byPassword(who, inProject(who)));
    for (const one of [here, elsewhere]) expect(await authenticate(one, token)).toHaveProperty('caller');
    await end(here, who, token);
    expect(await authenticate(here, token)).toEqual({ fault: 'token-invalid' });
    expect(await authenticate(elsewhere, token)).toHaveProperty('caller');
    clock.pass(5);
    expect(await authenticate(elsewhere, token)).toEqual({ fault: 'token-invalid' });
  });
});

test('a user who is enabled again needs a new token', async () => {
  const identity = anIdentity(given(), new TestClock());
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  await identity.directory.setUserEnabled(who.user.id, false);
  await identity.directory.setUserEnabled(who.user.id, true);
  expect(await authenticate(identity, token)).toEqual({ fault: 'token-invalid' });
  expect(await tokenFor(identity, byPassword(who, inProject(who)))).not.toBe(token);
});

test('another role counts for tokens that are out already', async () => {
  const identity = anIdentity(given(), new TestClock());
  const who = await somebody(identity, 'reader');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  expect(await authenticate(identity, token)).toMatchObject({ caller: { accessLevel: 'reader' } });
  await identity.directory.setRoles(who.project.id, who.user.id, ['reader', 'admin']);
  expect(await authenticate(identity, token)).toMatchObject({ caller: { accessLevel: 'admin' } });
});

test('a role that was taken and given back brings no old token back, and ends none of other projects', async () => {
  const identity = anIdentity(given(), new TestClock());
  const { directory } = identity;
  const who = await somebody(identity, 'member');
  const other = await directory.createProject({ name: `other of ${who.user.name}` });
  await directory.setRoles(other.id, who.user.id, ['reader']);
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  const elsewhere = await tokenFor(identity, byPassword(who, inProject({ ...who, project: other })));
  for (const roles of [[], ['member'], ['reader'], ['member', 'reader']]) {
    await directory.setRoles(who.project.id, who.user.id, roles);
    expect(await authenticate(identity, token)).toEqual({ fault: 'token-invalid' });
  }
  expect(await authenticate(identity, elsewhere)).toMatchObject({ caller: { accessLevel: 'reader' } });
  const again = await tokenFor(identity, byPassword(who, inProject(who)));
  const further = await tokenFor(identity, {
    proofs: [{ method: 'token', token: elsewhere }],
    scope: inProject(who),
  });
  for (const text of [again, further]) {
    expect(await authenticate(identity, text)).toMatchObject({ caller: { accessLevel: 'member' } });
  }
});

test('unknown roles alone give no standing but do let in', async () => {
  const identity = anIdentity(given(), new TestClock());
  const who = await somebody(identity, 'strange');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  expect(await authenticate(identity, token)).toMatchObject({
    caller: { accessLevel: 'none', roles: ['strange'] },
  });
});

test('revocations of tokens that have ended are forgotten', async () => {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock);
  const who = await somebody(identity, 'member');
  for (let i = 0; i < 3; i++) {
    const token = await tokenFor(identity, byPassword(who, inProject(who)));
    const found = await authenticate(identity, token);
    if ('caller' in found) await identity.selfService.revoke(found.caller, token);
    clock.pass(4000);
  }
  const rows = await given().database.query({ text: 'select * from identity_revocations' }, []);
  expect(rows).toHaveLength(1);
});

test('a cached token asks the database nothing, and one that is not cached fails as unavailable', async () => {
  const { connection } = given();
  const database = new Database(connection, 2, () => undefined);
  const clock = new TestClock();
  const identity = anIdentity({ connection, database }, clock);
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  await authenticate(identity, token);
  await database.close();
  expect(await authenticate(identity, token)).toHaveProperty('caller');
  clock.pass(5);
  await expect(authenticate(identity, token)).rejects.toBeInstanceOf(Unavailable);
});

test('a gateway with another master key says so at start', async () => {
  await anIdentity(given(), new TestClock()).prepare();
  const wrong = anIdentity(given(), new TestClock(), { masterKey: randomBytes(32) });
  await expect(wrong.prepare()).rejects.toThrow('sealed with master key');
});
