import { randomBytes } from 'node:crypto';
import { testDatabase } from '../../support/database';
import {
  anIdentity,
  byPassword,
  callerOf,
  inProject,
  masterKey,
  somebody,
  TestClock,
  tokenFor,
} from '../some-identity';

const given = testDatabase();

test('a kept secret is sealed at rest, and another master key takes it over', async () => {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock);
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  const asker = identity.administration.askerOf(await callerOf(identity, token));
  const wanted = { userId: who.user.id, projectId: null, type: 'cert', blob: 'what nobody may réad' };
  const made = await identity.userCredentials.create(asker, wanted);
  if ('refusal' in made) throw new Error(made.refusal.kind);
  const { id } = made.value;
  const stored = async () =>
    (
      await given().database.query<{ key_id: string; secret: string }>(
        { text: 'select key_id, secret from identity_user_credentials where id = $1' },
        [id],
      )
    )[0];
  const before = await stored();
  for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const) {
    expect(JSON.stringify(before)).not.toContain(Buffer.from(wanted.blob).toString(form).slice(0, -4));
  }

  const newKey = randomBytes(32);
  expect(await identity.reencrypt([masterKey], newKey)).toBeGreaterThan(0);
  expect((await stored())?.key_id).not.toBe(before?.key_id);
  const after = anIdentity(given(), clock, { masterKey: newKey });
  const again = after.administration.askerOf(
    await callerOf(after, await tokenFor(after, byPassword(who, inProject(who)))),
  );
  expect(await after.userCredentials.find(again, id)).toEqual({ value: { ...wanted, id } });
});
