import { randomBytes } from 'node:crypto';
import { testDatabase } from '../../support/database';
import { anIdentity, bearing, masterKey, signed, somebody, TestClock } from '../some-identity';
import { requestOf, signingVectors, vector } from '../signatures/signing-vectors';

const given = testDatabase();

async function aPair(more: Parameters<typeof anIdentity>[2] = {}, ...roles: string[]) {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock, more);
  const who = await somebody(identity, ...(roles.length > 0 ? roles : ['member']));
  const pair = await identity.accessKeys.create(who.user.id, who.project.id);
  const call = (headers = {}, key = pair) =>
    identity.authenticator.authenticate(signed(key, clock.now(), headers));
  return { clock, identity, who, pair, call };
}

test("a signed request is known as the owner in the key's project", async () => {
  const { who, call } = await aPair();
  expect(await call()).toMatchObject({
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

test("a project that is named must be the key's own, unless the key is for all, it is signed, and the owner is in it", async () => {
  const { clock, identity, pair, who, call } = await aPair();
  const wide = await identity.accessKeys.create(who.user.id, who.project.id, 'all-projects');
  const other = await identity.directory.createProject({ name: `second of ${who.user.name}` });
  const sign = (project: string, key = wide) =>
    identity.authenticator.authenticate(signed(key, clock.now(), {}, project));
  expect(await sign(other.id)).toEqual({ fault: 'not-in-project' });
  await identity.directory.setRoles(other.id, who.user.id, ['reader']);
  expect(await sign(other.id)).toMatchObject({ caller: { projectId: other.id, accessLevel: 'reader' } });
  expect(await sign(other.id, pair)).toEqual({ fault: 'not-in-project' });
  expect(await sign(who.project.id, pair)).toMatchObject({ caller: { projectId: who.project.id } });
  expect(await call({ 'x-project-id': other.id }, wide)).toEqual({ fault: 'not-in-project' });
  // Anybody on the way can add a header that is not signed.
  expect(await call({ 'x-project-id': other.id })).toEqual({ fault: 'not-in-project' });
  expect(await call({ 'x-project-id': 'images' })).toEqual({ fault: 'not-in-project' });
  for (const own of ['', who.project.id]) {
    expect(await call({ 'x-project-id': own })).toMatchObject({ caller: { projectId: who.project.id } });
  }
});

test('a domain that is named changes nothing: there is one', async () => {
  const { call } = await aPair();
  expect(await call({ 'x-domain-id': 'd78cbac186b744899480f25bd022f468' })).toHaveProperty('caller');
});

test('with a token beside it the signature decides, for better and for worse', async () => {
  const { call, pair } = await aPair();
  expect(await call({ 'x-auth-token': 'nonsense' })).toHaveProperty('caller');
  expect(await call({ 'x-auth-token': 'nonsense' }, { ...pair, secret: 'wrong' })).toEqual({
    fault: 'signature-wrong',
  });
});

test('other algorithms are refused also beside a good token', async () => {
  const { identity } = await aPair();
  for (const authorization of [
    'V11-HMAC-SHA256 Credential=a',
    'SDK-HMAC-SM3 Access=a',
    'SDK-ECDSA-P256-SHA256 Access=a',
  ]) {
    const answer = await identity.authenticator.authenticate(
      bearing({ authorization, 'x-auth-token': 'any' }),
    );
    expect(answer).toEqual({ fault: 'signature-malformed' });
  }
});

test('an unknown key is refused, a wrong secret too, and an old signature before either', async () => {
  const { identity, clock, call, pair } = await aPair();
  expect(await call({}, { ...pair, access: 'AKUNKNOWN' })).toEqual({ fault: 'key-unknown' });
  expect(await call({}, { ...pair, secret: 'x' })).toMatchObject({ fault: 'signature-wrong' });
  const request = signed(pair, clock.now());
  clock.pass(901);
  expect(await identity.authenticator.authenticate(request)).toEqual({ fault: 'signature-expired' });
});

test('the same signed request may come twice', async () => {
  const { identity, clock, pair } = await aPair();
  const request = signed(pair, clock.now());
  for (let i = 0; i < 2; i++) {
    expect(await identity.authenticator.authenticate(request)).toHaveProperty('caller');
  }
});

test('a key that is disabled or deleted, or whose owner is disabled, is unknown at once', async () => {
  const { identity, who, pair, call } = await aPair();
  expect(await call()).toHaveProperty('caller');
  await identity.accessKeys.setEnabled(pair.access, false);
  expect(await call()).toEqual({ fault: 'key-unknown' });
  await identity.accessKeys.setEnabled(pair.access, true);
  expect(await call()).toHaveProperty('caller');
  await identity.directory.setUserEnabled(who.user.id, false);
  expect(await call()).toEqual({ fault: 'key-unknown' });
  await identity.directory.setUserEnabled(who.user.id, true);
  await identity.accessKeys.delete(pair.access);
  expect(await call()).toEqual({ fault: 'key-unknown' });
  await expect(identity.accessKeys.delete(pair.access)).rejects.toMatchObject({
    refusal: { kind: 'not-found' },
  });
});

test('what another process changes is seen within the cache time', async () => {
  const { identity, clock, pair } = await aPair();
  const elsewhere = anIdentity(given(), clock);
  const call = () => elsewhere.authenticator.authenticate(signed(pair, clock.now()));
  expect(await call()).toHaveProperty('caller');
  await identity.accessKeys.setEnabled(pair.access, false);
  expect(await call()).toHaveProperty('caller');
  clock.pass(5);
  expect(await call()).toEqual({ fault: 'key-unknown' });
});

test('a temporary key needs its security token and ends at its time', async () => {
  const { identity, clock, who, call } = await aPair();
  const end = clock.now().replace('12:', '13:');
  const pair = await identity.accessKeys.createTemporary(who.user.id, who.project.id, end);
  const token = { 'x-security-token': pair.securityToken ?? '' };
  expect(await call(token, pair)).toHaveProperty('caller');
  expect(await call({}, pair)).toMatchObject({ fault: 'signature-wrong' });
  expect(await call({ 'x-security-token': 'another' }, pair)).toMatchObject({ fault: 'signature-wrong' });
  clock.pass(3600);
  expect(await call(token, pair)).toEqual({ fault: 'key-unknown' });
});

test('wrong signatures, however many and from any address, never keep out the right one', async () => {
  const { call, pair } = await aPair();
  const wrong = { ...pair, secret: 'wrong' };
  for (let i = 0; i < 50; i++) expect(await call({}, wrong)).toMatchObject({ fault: 'signature-wrong' });
  expect(await call({}, wrong)).toMatchObject({ delayMs: 500 });
  expect(await call()).toHaveProperty('caller');
});

test('every vector is taken by the whole authenticator with its key as seed, at its own time', async () => {
  const clock = new TestClock(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000);
  const identity = anIdentity(given(), clock, { freeSignatures: 0 });
  const project = await identity.directory.ensureProject({ id: signingVectors.project_id, name: 'vectors' });
  const user = await identity.directory.ensureUser({ name: 'signer', password: 'p' });
  await identity.directory.setRoles(project.id, user.id, ['member']);
  const { access_key: access, secret_key: secret } = signingVectors;
  await identity.accessKeys.ensure({ access, secret, userId: user.id, projectId: project.id });
  for (const one of signingVectors.vectors) {
    const answer = await identity.authenticator.authenticate(requestOf(one));
    expect([one.name, answer]).toMatchObject([one.name, { caller: { projectId: project.id } }]);
  }
  const from = vector('delete-json-body');
  const altered = await identity.authenticator.authenticate(requestOf(from, { body: `${from.body}\n` }));
  expect(altered).toMatchObject({ fault: 'signature-wrong' });
});

describe('secrets at rest', () => {
  const sealedRows = () =>
    given().database.query<{ secret: string; key_id: string }>(
      {
        text: 'select secret, key_id from identity_access_keys union all select secret, key_id from identity_token_keys',
      },
      [],
    );

  test('no row holds a secret in the clear, and the list shows none', async () => {
    const { identity, pair } = await aPair();
    const all = JSON.stringify([await sealedRows(), await identity.accessKeys.list()]);
    for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      expect(all).not.toContain(Buffer.from(pair.secret).toString(form));
    }
    expect(await identity.accessKeys.list()).toContainEqual(
      expect.objectContaining({ access: pair.access, enabled: true, temporary: false }),
    );
  });

  test('another master key takes all of them over, and the old one is then needed no more', async () => {
    const { clock, identity, pair } = await aPair();
    await identity.prepare();
    const newKey = randomBytes(32);
    const before = await sealedRows();
    expect(await identity.reencrypt([masterKey], newKey)).toBe(before.length);
    const next = anIdentity(given(), clock, { masterKey: newKey });
    await next.prepare();
    expect(await next.authenticator.authenticate(signed(pair, clock.now()))).toHaveProperty('caller');
    expect(await next.reencrypt([masterKey], newKey)).toBe(0);
    expect(await next.reencrypt([newKey], masterKey)).toBe(before.length);
  });

  test('when one secret is sealed with an unknown key nothing is changed', async () => {
    const { identity } = await aPair();
    const stranger = anIdentity(given(), new TestClock(), { masterKey: randomBytes(32) });
    const who = await somebody(stranger, 'member');
    const { access } = await stranger.accessKeys.create(who.user.id, who.project.id);
    const before = await sealedRows();
    await expect(identity.reencrypt([masterKey], randomBytes(32))).rejects.toThrow('sealed with master key');
    expect(await sealedRows()).toEqual(before);
    await stranger.accessKeys.delete(access);
  });
});

test('a key is only made for somebody who has a role in the project', async () => {
  const { identity, who } = await aPair();
  const other = await somebody(identity, 'member');
  await expect(identity.accessKeys.create(who.user.id, other.project.id)).rejects.toMatchObject({
    refusal: { kind: 'not-allowed' },
  });
});
