import { ignoreObservation } from '../../../src/core/observe';
import type { AuditEvent, AuditObservation } from '../../../src/identity/audit';
import type { LoginProof } from '../../../src/identity/embedded/login';
import { LoginGuard } from '../../../src/identity/embedded/login-guard';
import type { LoginAttemptStore } from '../../../src/identity/login-attempt-ports';
import { PostgresIdentityStore } from '../../../src/storage/identity/store';
import { testDatabase } from '../../support/database';
import { anIdentity, byPassword, inProject, type Somebody, somebody, TestClock } from '../some-identity';

const given = testDatabase();

const loginRule = { perAddress: 3, perIdentity: 6 };
const home = '192.0.2.1';
const foreign = (number: number): string => `198.51.100.${String(number)}`;

async function aGuarded() {
  const clock = new TestClock();
  const told: (AuditEvent & { address: string | null })[] = [];
  const observe = ({ event, address }: AuditObservation): void => void told.push({ ...event, address });
  const identity = anIdentity(given(), clock, { loginRule, observe });
  const another = anIdentity(given(), clock, { loginRule });
  const guest = await somebody(identity, 'member');
  const logIn = async (who: Somebody, password = who.password, address = home, of = identity) => {
    const outcome = await of.login.login(byPassword({ ...who, password }, inProject(who)), address);
    return 'value' in outcome;
  };
  const guess = async (times: number, address: string, who = guest): Promise<void> => {
    for (let turn = 0; turn < times; turn++) expect(await logIn(who, 'wrong', address)).toBe(false);
  };
  return { clock, identity, another, guest, logIn, guess, told };
}

test('after too many wrong passwords from one address none is looked at, for a minute or two', async () => {
  const { clock, guest, logIn, guess, told } = await aGuarded();
  await guess(3, home);
  expect(await logIn(guest)).toBe(false);
  expect(told.some(({ event }) => event === 'login-throttled')).toBe(true);
  clock.pass(120);
  expect(await logIn(guest)).toBe(true);
});

test('one user is one, by name and by id', async () => {
  const { identity, guest, logIn, guess } = await aGuarded();
  await guess(2, home);
  const proof: LoginProof = { method: 'password', user: { id: guest.user.id }, password: 'wrong' };
  await identity.login.login({ proofs: [proof], scope: { kind: 'none' } }, home);
  expect(await logIn(guest)).toBe(false);
});

test('right passwords count for nothing, and forgive no guesses', async () => {
  const { guest, logIn, guess } = await aGuarded();
  for (let turn = 0; turn < 10; turn++) expect(await logIn(guest)).toBe(true);
  await guess(2, home);
  expect(await logIn(guest)).toBe(true);
  await guess(1, home);
  expect(await logIn(guest)).toBe(false);
});

test('guesses from elsewhere never keep out an address that has logged in before', async () => {
  const { clock, guest, logIn, guess } = await aGuarded();
  expect(await logIn(guest)).toBe(true);
  for (let number = 0; number < 4; number++) await guess(3, foreign(number));
  expect(await logIn(guest)).toBe(true);
  // One that has not has to wait, for a minute or two.
  expect(await logIn(guest, guest.password, foreign(9))).toBe(false);
  clock.pass(120);
  expect(await logIn(guest, guest.password, foreign(9))).toBe(true);
});

test('all processes count together', async () => {
  const { another, guest, logIn, guess } = await aGuarded();
  await guess(3, home);
  expect(await logIn(guest, guest.password, home, another)).toBe(false);
});

test('guesses that come at once are counted before they are checked', async () => {
  const { identity, guest } = await aGuarded();
  let checked = 0;
  const verify = identity.login['passwords'].verify.bind(identity.login['passwords']);
  jest.spyOn(identity.login['passwords'], 'verify').mockImplementation((...proof) => {
    checked++;
    return verify(...proof);
  });
  const wrong = byPassword({ ...guest, password: 'wrong' }, inProject(guest));
  await Promise.all(Array.from({ length: 30 }, () => identity.login.login(wrong, home)));
  expect(checked).toBe(loginRule.perAddress);
});

test('guesses whose counts were read before others proved wrong are counted with them', async () => {
  const { tries } = new PostgresIdentityStore(given().database);
  const lateGuesses = 5;
  let read = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const store: LoginAttemptStore = {
    tries: async (names) => {
      read++;
      // Every guess reads once at first, in order; who reads again was early.
      const isLate = read > loginRule.perAddress && read <= loginRule.perAddress + lateGuesses;
      const counts = await tries.tries(names);
      if (isLate) await released;
      return counts;
    },
    addTry: tries.addTry.bind(tries),
    setLoggedIn: tries.setLoggedIn.bind(tries),
    forget: tries.forget.bind(tries),
  };
  const guard = new LoginGuard(store, loginRule, ignoreObservation, new TestClock());
  let checked = 0;
  const guess = () =>
    guard.check({ identity: 'somebody slow', address: home }, () => {
      checked++;
      return Promise.resolve(false);
    });
  const early = Array.from({ length: loginRule.perAddress }, guess);
  const late = Array.from({ length: lateGuesses }, guess);
  await Promise.all(early);
  release();
  await Promise.all(late);
  expect(checked).toBe(loginRule.perAddress);
});

test('what one user fails at concerns nobody else of the address', async () => {
  const { identity, logIn, guess } = await aGuarded();
  const other = await somebody(identity, 'member');
  await guess(5, home);
  expect(await logIn(other)).toBe(true);
});

test('credentials of one name are each their own', async () => {
  const { identity, guest } = await aGuarded();
  const other = await somebody(identity, 'member');
  const arrange = ({ user, project }: Somebody) =>
    identity.applicationCredentials.arrange(
      { userId: user.id, projectId: project.id },
      { name: 'ci', roles: ['member'], expiresAt: null },
    );
  const mine = await arrange(guest);
  await arrange(other);
  const logIn = async (who: Somebody, secret: string): Promise<boolean> => {
    const credential = { name: 'ci', user: { id: who.user.id } };
    const proof: LoginProof = { method: 'application_credential', credential, secret };
    return 'value' in (await identity.login.login({ proofs: [proof], scope: { kind: 'none' } }, home));
  };
  for (let turn = 0; turn < 5; turn++) expect(await logIn(other, 'wrong')).toBe(false);
  expect(await logIn(guest, mine.secret)).toBe(true);
});

test('an IPv6 network is one address', async () => {
  const { guest, logIn } = await aGuarded();
  for (const last of ['1', '2', 'aaaa:1']) await logIn(guest, 'wrong', `2001:db8::${last}`);
  expect(await logIn(guest, guest.password, '2001:db8::3')).toBe(false);
  expect(await logIn(guest, guest.password, '2001:db8:0:1::3')).toBe(true);
});

test('bad tokens count for nothing', async () => {
  const { identity, guest, logIn } = await aGuarded();
  for (let turn = 0; turn < 100; turn++) {
    await identity.login.login(
      { proofs: [{ method: 'token', token: 'bad' }], scope: { kind: 'none' } },
      home,
    );
  }
  expect(await logIn(guest)).toBe(true);
});

test('a login without failures writes one row an hour', async () => {
  const { clock, guest, logIn } = await aGuarded();
  const minutes = async (): Promise<unknown> =>
    (
      await given().database.query(
        { text: 'select max(logged_in_minute) as newest from identity_login_tries' },
        [],
      )
    )[0];
  await logIn(guest);
  const first = await minutes();
  clock.pass(600);
  await logIn(guest);
  expect(await minutes()).toEqual(first);
  clock.pass(3600);
  await logIn(guest);
  expect(await minutes()).not.toEqual(first);
});
