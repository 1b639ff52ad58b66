import { testDatabase } from '../../support/database';
import {
  anIdentity,
  authenticate,
  byPassword,
  inProject,
  somebody,
  TestClock,
  tokenFor,
} from '../some-identity';

const given = testDatabase();
afterEach(() => {
  jest.restoreAllMocks();
});

test('a gateway signs with the key that another one has made, within a minute', async () => {
  const clock = new TestClock();
  const [one, other] = [anIdentity(given(), clock), anIdentity(given(), clock)];
  const who = await somebody(one, 'member');
  await tokenFor(one, byPassword(who, inProject(who)));
  const before = (await one.tokenKeys.signing()).id;
  await other.tokenKeys.rotate();
  expect((await one.tokenKeys.signing()).id).toBe(before);

  const now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now + 61_000);
  const { id } = await one.tokenKeys.signing();
  expect(id).not.toBe(before);
  expect(id).toBe((await other.tokenKeys.signing()).id);
  const token = await tokenFor(one, byPassword(who, inProject(who)));
  expect(await authenticate(other, token)).toHaveProperty('caller');
});
