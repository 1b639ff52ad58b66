import { testDatabase } from '../support/database';
import { anIdentity, bearing, type Somebody, somebody, TestClock } from './some-identity';

const given = testDatabase();

function basic(name: string, password: string, more: Record<string, string> = {}) {
  const encoded = Buffer.from(`${name}:${password}`).toString('base64');
  return bearing({ authorization: `Basic ${encoded}`, ...more });
}

async function aGuest() {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock);
  const guest = await somebody(identity, 'member');
  const show = (one: Somebody, password = one.password, more = {}) =>
    identity.authenticator.authenticate(basic(one.user.name, password, more));
  return { clock, identity, guest, show };
}

test('a name and a password are enough for a user of one project', async () => {
  const { guest, show } = await aGuest();
  const caller = { userId: guest.user.id, projectId: guest.project.id, accessLevel: 'member' };
  expect(await show(guest)).toEqual({ caller: expect.objectContaining(caller) });
  expect(await show(guest, 'wrong')).toEqual({ fault: 'token-invalid' });
});

test('a user of two projects would have to say which', async () => {
  const { identity, guest, show } = await aGuest();
  const other = await identity.directory.createProject({ name: `second of ${guest.user.name}` });
  await identity.directory.setRoles(other.id, guest.user.id, ['member']);
  expect(await show(guest)).toEqual({ fault: 'token-invalid' });
});

test('a remembered login ends at once with a new password, and when the user is disabled', async () => {
  const { identity, guest, show } = await aGuest();
  expect(await show(guest)).toHaveProperty('caller');
  await identity.directory.setPassword(guest.user.id, 'another');
  expect(await show(guest)).toEqual({ fault: 'token-invalid' });
  expect(await show(guest, 'another')).toHaveProperty('caller');
  await identity.directory.setUserEnabled(guest.user.id, false);
  expect(await show(guest, 'another')).toEqual({ fault: 'token-invalid' });
});

test('a token beside it decides alone', async () => {
  const { guest, show } = await aGuest();
  expect(await show(guest, guest.password, { 'x-auth-token': 'nonsense' })).toEqual({
    fault: 'token-invalid',
  });
});
