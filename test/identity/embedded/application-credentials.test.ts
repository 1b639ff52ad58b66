import type { LoginProof } from '../../../src/identity/embedded/login';
import { testDatabase } from '../../support/database';
import {
  anIdentity,
  authenticate,
  byPassword,
  callerOf,
  inProject,
  somebody,
  TestClock,
  tokenFor,
} from '../some-identity';

const given = testDatabase();
const clock = new TestClock();
const identity = (): ReturnType<typeof anIdentity> => anIdentity(given(), clock);
const refused = { refusal: { kind: 'not-authenticated' } };

const everywhere = {
  ...{ description: null, secret: null, roles: null, unrestricted: false, expiresAt: null },
  accessRules: null,
};

describe('by application credential', () => {
  async function aCredential(more: object = {}) {
    const one = identity();
    const who = await somebody(one, 'member', 'strange');
    const caller = await callerOf(one, await tokenFor(one, byPassword(who, inProject(who))));
    const made = await one.applicationCredentials.create(caller, who.user.id, {
      ...everywhere,
      name: 'ci',
      ...more,
    });
    if ('refusal' in made) throw new Error(made.refusal.kind);
    const { credential, secret } = made.value;
    const proof = { method: 'application_credential', credential: { id: credential.id }, secret } as const;
    return { one, who, caller, credential, secret, proof };
  }

  test('by id and by name of its user, without a scope, in its own project', async () => {
    const { one, who, proof, secret } = await aCredential();
    const user = { name: who.user.name, domain: { id: 'default' } };
    const byName: LoginProof = { ...proof, credential: { name: 'ci', user }, secret };
    for (const named of [proof, byName]) {
      const token = await tokenFor(one, { proofs: [named], scope: { kind: 'none' } });
      expect(await callerOf(one, token)).toMatchObject({
        projectId: who.project.id,
        roles: ['member', 'reader', 'strange'],
      });
    }
  });

  test('with some of the roles only, and never more than the user still has', async () => {
    const { one, who, proof } = await aCredential({ roles: ['reader'] });
    const token = await tokenFor(one, { proofs: [proof], scope: { kind: 'none' } });
    expect(await callerOf(one, token)).toMatchObject({ roles: ['reader'], accessLevel: 'reader' });
    await one.directory.setRoles(who.project.id, who.user.id, ['strange']);
    expect(await authenticate(one, token)).toEqual({ fault: 'token-invalid' });
  });

  test("not with a wrong secret, an unknown id, or another user's name", async () => {
    const { one, proof } = await aCredential();
    const other = await somebody(one, 'member');
    const credential = { name: 'ci', user: { name: other.user.name, domain: { id: 'default' } } };
    for (const wrong of [
      { ...proof, secret: 'no' },
      { ...proof, credential: { id: 'none' } },
      { ...proof, credential },
    ]) {
      expect(await one.login.login({ proofs: [wrong], scope: { kind: 'none' } })).toEqual(refused);
    }
  });

  test('not with a scope, which is told', async () => {
    const { one, who, proof } = await aCredential();
    for (const scope of [{ kind: 'unscoped' } as const, inProject(who)]) {
      expect(await one.login.login({ proofs: [proof], scope })).toEqual({
        refusal: { kind: 'scope-with-credential' },
      });
    }
  });

  test('its token makes no further token', async () => {
    const { one, proof, who } = await aCredential();
    const token = await tokenFor(one, { proofs: [proof], scope: { kind: 'none' } });
    const again = await one.login.login({ proofs: [{ method: 'token', token }], scope: inProject(who) });
    expect(again).toEqual({ refusal: { kind: 'delegated' } });
  });

  test('its tokens end with it, and at its end', async () => {
    const { one, who, caller, credential, proof } = await aCredential();
    const token = await tokenFor(one, { proofs: [proof], scope: { kind: 'none' } });
    await one.applicationCredentials.delete(caller, who.user.id, credential.id);
    expect(await authenticate(one, token)).toEqual({ fault: 'token-invalid' });

    const soon = clock.now().replace(/\.\d+/, '.000000').replace('12:', '13:');
    const short = await aCredential({ expiresAt: soon });
    const issued = await short.one.login.login({ proofs: [short.proof], scope: { kind: 'none' } });
    expect(issued).toMatchObject({ value: { token: { expiresAt: soon } } });
    clock.pass(3600);
    expect(await short.one.login.login({ proofs: [short.proof], scope: { kind: 'none' } })).toEqual(refused);
  });

  test('a restricted one manages no credentials, an unrestricted one does', async () => {
    for (const unrestricted of [false, true]) {
      const { one, who, proof, credential } = await aCredential({ unrestricted });
      const token = await tokenFor(one, { proofs: [proof], scope: { kind: 'none' } });
      const delegated = await callerOf(one, token);
      const made = await one.applicationCredentials.create(delegated, who.user.id, {
        ...everywhere,
        name: 'next',
      });
      const gone = await one.applicationCredentials.delete(delegated, who.user.id, credential.id);
      if (unrestricted) {
        expect(made).toHaveProperty('value');
        expect(gone).toHaveProperty('value');
      } else {
        expect(made).toEqual({ refusal: { kind: 'credential-restricted' } });
        expect(gone).toEqual({ refusal: { kind: 'credential-restricted' } });
      }
    }
  });

  test('is made for oneself, once by each name, with roles that one has', async () => {
    const { one, who, caller } = await aCredential();
    const other = await somebody(one, 'admin');
    const { applicationCredentials: them } = one;
    const make = (userId: string, more: object) =>
      them.create(caller, userId, { ...everywhere, name: 'x', ...more });
    expect(await make(other.user.id, {})).toMatchObject({ refusal: { kind: 'not-allowed' } });
    expect(await make(who.user.id, { name: 'ci' })).toMatchObject({
      refusal: { kind: 'exists', name: 'ci' },
    });
    expect(await make(who.user.id, { roles: ['admin'] })).toMatchObject({
      refusal: { kind: 'invalid', fault: 'unassigned' },
    });
    expect(await make(who.user.id, { name: ' ' })).toMatchObject({
      refusal: { kind: 'invalid', field: 'name' },
    });
    expect(await make(who.user.id, { expiresAt: '2020-01-01T00:00:00.000000Z' })).toMatchObject({
      refusal: { kind: 'invalid', fault: 'past' },
    });
    const nowhere = await callerOf(one, await tokenFor(one, byPassword(who, { kind: 'none' })));
    expect(await them.create(nowhere, who.user.id, { ...everywhere, name: 'x' })).toMatchObject({
      refusal: { kind: 'not-allowed' },
    });
  });

  test('is seen by its user and by admins', async () => {
    const { one, who, caller, credential } = await aCredential();
    const [admin, other] = [await somebody(one, 'admin'), await somebody(one, 'member')];
    const looking = async (by: typeof admin) =>
      one.applicationCredentials.list(
        await callerOf(one, await tokenFor(one, byPassword(by, inProject(by)))),
        who.user.id,
      );
    expect(await one.applicationCredentials.find(caller, who.user.id, credential.id)).toEqual({
      value: credential,
    });
    expect(await looking(admin)).toEqual({ value: [credential] });
    expect(await looking(other)).toMatchObject({ refusal: { kind: 'not-allowed' } });
  });
});
