import { randomBytes } from 'node:crypto';
import { Unavailable } from '../../src/core/errors';
import { Passwords } from '../../src/identity/embedded/passwords';
import { masterKeyId, SealingKeys } from '../../src/identity/sealing';
import { Semaphore } from '../../src/identity/embedded/semaphore';

const quick = { n: 1024, r: 8, p: 1 };

describe('passwords', () => {
  const passwords = new Passwords(quick);

  test('are known again by their hash, and only they', async () => {
    const stored = await passwords.hash('pässword ✓');
    expect(await passwords.verify('pässword ✓', stored)).toBe(true);
    expect(await passwords.verify('pässword', stored)).toBe(false);
    expect(await passwords.verify('', stored)).toBe(false);
  });

  test('leave a hash of scrypt with its parameters, another one each time', async () => {
    const stored = await passwords.hash('p');
    expect(stored).toMatch(/^scrypt\$1024\$8\$1\$/);
    expect(await passwords.hash('p')).not.toBe(stored);
  });

  test('hashed at another cost are still known', async () => {
    const stored = await new Passwords({ n: 2048, r: 4, p: 2 }).hash('p');
    expect(await passwords.verify('p', stored)).toBe(true);
  });

  test('of nobody are wrong after the same work', async () => {
    const dear = new Passwords();
    const stored = await dear.hash('p');
    const time = async (hash: string | undefined): Promise<number> => {
      const begun = performance.now();
      expect(await dear.verify('q', hash)).toBe(false);
      return performance.now() - begun;
    };
    // A look-up that skipped the hash would be a thousand times quicker, not within a factor of five.
    expect(await time(undefined)).toBeGreaterThan((await time(stored)) / 5);
  });

  test('in a form that is not known fail without being told', async () => {
    await expect(passwords.verify('p', 'plain-secret')).rejects.toThrow(/^(?!.*plain-secret)/);
  });

  test('are hashed two at a time, and a flood is rejected', async () => {
    const flood = Array.from({ length: 80 }, () => passwords.hash('p'));
    const results = await Promise.allSettled(flood);
    const rejected = results.filter((result) => result.status === 'rejected');
    expect(rejected).toHaveLength(80 - 2 - 64);
    for (const { reason } of rejected) expect(reason).toBeInstanceOf(Unavailable);
    expect(await passwords.verify('p', await passwords.hash('p'))).toBe(true);
  });
});

test('a gate lets through no more than its width, and everybody in the end', async () => {
  const gate = new Semaphore(3, 1_000);
  let now = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now--;
    throw new Error('work may fail');
  };
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => gate.run(work)));
  expect(results.every((result) => result.status === 'rejected')).toBe(true);
  expect(most).toBe(3);
  await expect(gate.run(() => Promise.resolve('open'))).resolves.toBe('open');
});

describe('sealed secrets', () => {
  const key = randomBytes(32);
  const secret = Buffer.from('a secret key');

  test('open with their key and context', () => {
    const keys = new SealingKeys(key);
    const sealed = keys.seal(secret, 'AK1');
    expect(keys.open(sealed, 'AK1')).toEqual(secret);
    expect(sealed.keyId).toBe(masterKeyId(key));
    expect(sealed.text).not.toContain(secret.toString('base64url'));
  });

  test('do not open elsewhere: another row, a changed byte, a cut end', () => {
    const keys = new SealingKeys(key);
    const sealed = keys.seal(secret, 'AK1');
    expect(() => keys.open(sealed, 'AK2')).toThrow();
    const bytes = Buffer.from(sealed.text, 'base64url');
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => keys.open({ ...sealed, text: changed.toString('base64url') }, 'AK1')).toThrow();
    }
    expect(() => keys.open({ ...sealed, text: sealed.text.slice(0, 8) }, 'AK1')).toThrow();
  });

  test('of an old key open while that key is given, and say which key is missing when not', () => {
    const old = new SealingKeys(key);
    const sealed = old.seal(secret, 'AK1');
    const next = randomBytes(32);
    expect(new SealingKeys(next, [key]).open(sealed, 'AK1')).toEqual(secret);
    expect(() => new SealingKeys(next).open(sealed, 'AK1')).toThrow(masterKeyId(key));
  });

  test('need a key of 32 bytes', () => {
    expect(() => new SealingKeys(randomBytes(16))).toThrow('32 bytes');
  });
});
