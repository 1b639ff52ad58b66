import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Authentication } from '../../../src/identity/authenticator';
import type { FakeKeystone } from '../../support/fake-keystone';
import { testKeystone } from './some-keystone';

let keystone: FakeKeystone;
const someone = testKeystone((started) => {
  keystone = started;
});

function faultOf(found: Authentication): string {
  return 'fault' in found ? found.fault : 'none';
}

describe('what a token is good for', () => {
  test.each([
    ['a project', {}, { scope: 'project', projectId: 'p1', accessLevel: 'member' }],
    ['a project, as reader', { roles: ['reader'] }, { scope: 'project', accessLevel: 'reader' }],
    [
      'a project, with a role nobody knows',
      { roles: ['strange'] },
      { scope: 'project', accessLevel: 'none' },
    ],
    [
      'a domain',
      { scope: { domain: { id: 'default' } }, roles: ['admin'] },
      { scope: 'domain', projectId: null, accessLevel: 'admin' },
    ],
    [
      'the system',
      { scope: { system: { all: true } }, roles: ['admin'] },
      { scope: 'system', projectId: null, accessLevel: 'admin' },
    ],
    [
      'nothing (unscoped)',
      { project: null, roles: [] },
      { scope: 'unscoped', projectId: null, accessLevel: 'none' },
    ],
    [
      'a project, by a trust',
      { scope: { project: { id: 'p9' }, 'OS-TRUST:trust': { id: 't' } } },
      { scope: 'project', projectId: 'p9', accessLevel: 'member' },
    ],
    [
      'a project, by an application credential',
      { scope: { project: { id: 'p9' }, application_credential: { id: 'c', restricted: true } } },
      { scope: 'project', projectId: 'p9', accessLevel: 'member' },
    ],
  ])('%s', async (_, token, caller) => {
    const { show } = someone();
    const text = keystone.aToken({ user: 'u7', ...token });
    expect(await show(text)).toEqual({ caller: expect.objectContaining({ userId: 'u7', ...caller }) });
  });

  test('role names are a setting', async () => {
    const { show } = someone({ roleNames: { admin: ['boss'], member: ['member'], reader: ['auditor'] } });
    const accessLevel = async (role: string): Promise<unknown> => {
      const found = await show(keystone.aToken({ roles: [role] }));
      return 'caller' in found && found.caller.accessLevel;
    };
    expect([await accessLevel('boss'), await accessLevel('auditor'), await accessLevel('admin')]).toEqual([
      'admin',
      'reader',
      'none',
    ]);
  });
});

/** So that what is measured is what is kept. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('how often Keystone is asked', () => {
  test('a thousand at once with one new token: one validation', async () => {
    const { show } = someone();
    const text = keystone.aToken();
    const found = await Promise.all(Array.from({ length: 1000 }, () => show(text)));
    expect(found.every((one) => 'caller' in one)).toBe(true);
    expect([keystone.validations(), keystone.logins]).toEqual([1, 1]);
  });

  test('a known token is asked for again only after the cache time', async () => {
    const { show, clock } = someone({ cacheSeconds: 60 });
    const text = keystone.aToken();
    for (const seconds of [0, 30, 29]) {
      clock.pass(seconds);
      await show(text);
    }
    expect(keystone.validations()).toBe(1);
    clock.pass(2);
    await show(text);
    expect(keystone.validations()).toBe(2);
  });

  test('a cache time of 0 asks every time', async () => {
    const { show } = someone({ cacheSeconds: 0 });
    const text = keystone.aToken();
    await show(text);
    await show(text);
    expect(keystone.validations()).toBe(2);
  });

  test('a refused token is refused without asking for five seconds', async () => {
    const { show, clock } = someone();
    for (const seconds of [0, 2, 2]) {
      clock.pass(seconds);
      expect(await show('nonsense')).toEqual({ fault: 'token-invalid' });
    }
    expect(keystone.validations()).toBe(1);
    clock.pass(2);
    await show('nonsense');
    expect(keystone.validations()).toBe(2);
  });

  test('what cannot be a token is not asked for at all', async () => {
    const { show } = someone();
    for (const text of ['two words', 'a, b', 'ünï', 'x'.repeat(9000), 'a\tb']) {
      expect(await show(text)).toEqual({ fault: 'token-invalid' });
    }
    expect(await show('   ')).toEqual({ fault: 'missing' });
    expect(keystone.calls).toEqual([]);
  });

  const many = Number(process.env['BAD_TOKENS'] ?? 3000);
  test(`${String(many)} different bad tokens: a call each at most, few at once, and good tokens stay known`, async () => {
    const { show } = someone();
    const good = keystone.aToken();
    await show(good);
    keystone.calls.length = 0;
    collectGarbage();
    const memory = process.memoryUsage().heapUsed;
    // More than may be asked at once, and few enough that the last has its turn in time on a slow machine.
    for (let begun = 0; begun < many; begun += 32) {
      const size = Math.min(32, many - begun);
      const found = await Promise.all(
        Array.from({ length: size }, (_, i) => show(`bad-${String(begun + i)}`)),
      );
      expect(new Set(found.map(faultOf))).toEqual(new Set(['token-invalid']));
      keystone.calls.length = Math.min(keystone.calls.length, many);
    }
    expect(keystone.validations()).toBe(many);
    expect(keystone.mostAtOnce).toBeLessThanOrEqual(16);
    keystone.calls.length = 0;
    expect(await show(good)).toHaveProperty('caller');
    expect(keystone.calls).toEqual([]);
    collectGarbage();
    const grown = (process.memoryUsage().heapUsed - memory) / 1e6;
    if (process.env['BAD_TOKENS']) process.stderr.write(`heap grew by ${grown.toFixed(1)} MB\n`);
    expect(grown).toBeLessThan(60);
  }, 600_000);
});

describe('when a token ends', () => {
  test('its expiry is looked at on every request, also while it is known', async () => {
    const { show, clock } = someone();
    const text = keystone.aToken({ expiresAt: Date.now() + 60_000 });
    expect(await show(text)).toHaveProperty('caller');
    clock.pass(61);
    expect(await show(text)).toEqual({ fault: 'token-expired' });
    expect(keystone.validations()).toBe(1);
  });

  test('a revoked token stops within the cache time', async () => {
    const { show, clock } = someone({ cacheSeconds: 2 });
    const text = keystone.aToken();
    await show(text);
    keystone.tokens.set(text, { revoked: true });
    expect(await show(text)).toHaveProperty('caller');
    clock.pass(2);
    expect(await show(text)).toEqual({ fault: 'token-invalid' });
  });
});
