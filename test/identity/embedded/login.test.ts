import type { LoginProof, LoginScope } from '../../../src/identity/embedded/login';
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

describe('by password', () => {
  test('a user is found by name in a domain that is named by name or id, and by user id', async () => {
    const one = identity();
    const who = await somebody(one, 'member');
    const { id, name } = who.user;
    const byName = [{ name: 'Default' }, { id: 'default' }, { id: 'x', name: 'Default' }];
    for (const user of [...byName.map((domain) => ({ name, domain })), { name: '', id }, { id }]) {
      const proofs: LoginProof[] = [{ method: 'password', user, password: who.password }];
      expect(await one.login.login({ proofs, scope: inProject(who) })).toHaveProperty('value');
    }
  });

  test('nobody learns whether the user, the password, the domain or the project was wrong', async () => {
    const one = identity();
    const who = await somebody(one, 'member');
    const other = await somebody(one, 'member');
    const domain = { id: 'default' };
    const user = { name: who.user.name, domain };
    const proof = { method: 'password', user, password: who.password } as const;
    const scope = inProject(who);
    const attempts: [LoginProof, LoginScope][] = [
      [{ ...proof, password: 'wrong' }, scope],
      [{ ...proof, password: '' }, scope],
      [{ ...proof, user: { name: 'nobody', domain } }, scope],
      [{ ...proof, user: { name: 'no\u0000body', domain } }, scope],
      [{ ...proof, user: { id: other.user.id } }, scope],
      [{ ...proof, user: { ...user, domain: { id: 'elsewhere' } } }, scope],
      [proof, inProject(other)],
      [proof, { kind: 'project', project: { name: 'no such project', domain } }],
      [proof, { kind: 'project', project: { name: who.project.name, domain: { id: 'Default' } } }],
      [{ ...proof, user: { ...user, id: who.user.id, name: 'nobody' } }, scope],
      [proof, { kind: 'domain', domain: { id: 'elsewhere' } }],
      [proof, { kind: 'domain', domain: { id: 'default' } }],
      [proof, { kind: 'system' }],
    ];
    for (const [attempt, where] of attempts) {
      expect(await one.login.login({ proofs: [attempt], scope: where })).toEqual(refused);
    }
    expect(await one.login.login({ proofs: [], scope })).toEqual(refused);
    await one.directory.setUserEnabled(who.user.id, false);
    expect(await one.login.login({ proofs: [proof], scope })).toEqual(refused);
  });

  test('a name without a domain is refused with what is missing, unless the default one is assumed', async () => {
    const who = await somebody(identity(), 'member');
    const { id, name } = who.user;
    const byName = { method: 'password', user: { name }, password: who.password } as const;
    const byId = { method: 'password', user: { id }, password: who.password } as const;
    const unplaced = { kind: 'project', project: { name: who.project.name } } as const;
    const missing = (of: string): object => ({ refusal: { kind: 'domain-missing', of } });
    expect(await identity().login.login({ proofs: [byName], scope: inProject(who) })).toEqual(
      missing('user'),
    );
    expect(await identity().login.login({ proofs: [byId], scope: unplaced })).toEqual(missing('project'));
    const lenient = anIdentity(given(), clock, { assumeDefaultDomain: true });
    expect(await lenient.login.login({ proofs: [byName], scope: unplaced })).toHaveProperty('value');
  });

  test.each(['none', 'unscoped'] as const)(
    'scope %s gives a token without project and roles',
    async (kind) => {
      const one = identity();
      const who = await somebody(one, 'admin');
      const caller = await callerOf(one, await tokenFor(one, byPassword(who, { kind })));
      expect(caller).toMatchObject({ scope: 'unscoped', projectId: null, roles: [], accessLevel: 'none' });
    },
  );

  test.each([{ kind: 'domain', domain: { name: 'Default' } }, { kind: 'system' }] as const)(
    'scope $kind is for admins of any project',
    async (scope) => {
      const one = identity();
      const admin = await somebody(one, 'admin');
      const token = await tokenFor(one, byPassword(admin, scope));
      expect(await callerOf(one, token)).toMatchObject({
        scope: scope.kind,
        projectId: null,
        accessLevel: 'admin',
      });
      await one.directory.setRoles(admin.project.id, admin.user.id, ['member']);
      expect(await authenticate(one, token)).toEqual({ fault: 'token-invalid' });
    },
  );
});

describe('by token', () => {
  test('an unscoped token becomes one of a project, ends no later, and names where it comes from', async () => {
    const one = identity();
    const who = await somebody(one, 'member');
    const first = await tokenFor(one, byPassword(who, { kind: 'none' }));
    clock.pass(100);
    const again = await one.login.login({
      proofs: [{ method: 'token', token: first }],
      scope: inProject(who),
    });
    if (!('value' in again)) throw new Error('refused');
    const third = await one.login.login({
      proofs: [{ method: 'token', token: again.value.text }],
      scope: { kind: 'unscoped' },
    });
    const opened = await one.selfService.inspect(again.value.token.caller, first, false, 'validate_token');
    if (!('value' in opened) || !('value' in third)) throw new Error('refused');
    expect(again.value.token.methods).toEqual(['password', 'token']);
    expect(again.value.token.expiresAt).toBe(opened.value.expiresAt);
    expect(again.value.token.payload.parentAuditId).toBe(opened.value.payload.auditId);
    expect(third.value.token.payload.parentAuditId).toBe(opened.value.payload.auditId);
    expect(third.value.token.methods).toEqual(['password', 'token']);
  });

  test('a token that does not hold gives none', async () => {
    const one = identity();
    const who = await somebody(one, 'member');
    const token = await tokenFor(one, byPassword(who, { kind: 'none' }));
    await one.directory.setUserEnabled(who.user.id, false);
    for (const text of [token, 'nonsense', '']) {
      const proofs: LoginProof[] = [{ method: 'token', token: text }];
      expect(await one.login.login({ proofs, scope: inProject(who) })).toEqual(refused);
    }
  });

  test('two proofs must be of one user', async () => {
    const one = identity();
    const [who, other] = [await somebody(one, 'member'), await somebody(one, 'member')];
    const token = await tokenFor(one, byPassword(other, { kind: 'none' }));
    const { proofs } = byPassword(who, { kind: 'none' });
    const both: LoginProof[] = [...proofs, { method: 'token', token }];
    expect(await one.login.login({ proofs: both, scope: inProject(who) })).toEqual(refused);
  });
});
