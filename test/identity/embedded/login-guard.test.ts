import type { AuditEvent } from '../../../src/identity/audit-log';
import { testDatabase } from '../../support/database';
import { anIdentity, byPassword, inProject, type Somebody, somebody, TestClock } from '../some-identity';

const given = testDatabase();

async function aGuarded() {
  const clock = new TestClock();
  const told: (AuditEvent & { address: string | null })[] = [];
  const identity = anIdentity(given(), clock, {
    loginLockout: { failures: 3, seconds: 60 },
    audit: { record: (event, address) => void told.push({ ...event, address }) },
  });
  const guest = await somebody(identity, 'member');
  const logIn = async (who: Somebody, password = who.password, address = '192.0.2.1') => {
    const outcome = await identity.login.login(byPassword({ ...who, password }, inProject(who)), address);
    return 'value' in outcome;
  };
  return { clock, identity, guest, logIn, told };
}

test('a user who fails too often in a row is kept out for a while, also with the right password', async () => {
  const { clock, guest, logIn, told } = await aGuarded();
  for (let turn = 0; turn < 3; turn++) expect(await logIn(guest, 'wrong')).toBe(false);
  expect(await logIn(guest)).toBe(false);
  clock.pass(61);
  expect(await logIn(guest)).toBe(true);
  expect(told.map(({ event }) => event)).toEqual([
    ...['login-refused', 'login-refused', 'login-throttled', 'login-throttled', 'login'].slice(0, 2),
    ...['login-refused', 'login-throttled', 'login'],
  ]);
});

test('a right password in between begins the count anew', async () => {
  const { guest, logIn } = await aGuarded();
  for (const password of ['wrong', 'wrong', guest.password, 'wrong', 'wrong']) await logIn(guest, password);
  expect(await logIn(guest)).toBe(true);
});

test('an address that fails with many names is kept out, and others are not', async () => {
  const { identity, guest, logIn } = await aGuarded();
  for (let turn = 0; turn < 30; turn++) {
    const nobody = { ...guest, user: { ...guest.user, name: `nobody-${String(turn)}` } };
    await logIn(nobody, 'wrong', '198.51.100.7');
  }
  expect(await logIn(guest, guest.password, '198.51.100.7')).toBe(false);
  expect(await logIn(guest, guest.password, '198.51.100.8')).toBe(true);
  expect(await logIn(await somebody(identity, 'member'))).toBe(true);
});

test('bad tokens lock nobody out', async () => {
  const { identity, guest, logIn } = await aGuarded();
  for (let turn = 0; turn < 5; turn++) {
    await identity.login.login({ proofs: [{ method: 'token', token: 'bad' }], scope: { kind: 'none' } });
  }
  const outcome = await identity.login.login(byPassword(guest, inProject(guest)));
  if (!('value' in outcome)) throw new Error('refused');
  const again = await identity.login.login({
    proofs: [{ method: 'token', token: outcome.value.text }],
    scope: inProject(guest),
  });
  expect(again).toHaveProperty('value');
  expect(await logIn(guest)).toBe(true);
});
