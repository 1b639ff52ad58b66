import type { FakeKeystone } from '../../support/fake-keystone';
import { testKeystone } from './some-keystone';

let keystone: FakeKeystone;
const someone = testKeystone((started) => {
  keystone = started;
});

describe('service tokens', () => {
  const ended = { expiresAt: Date.now() - 60_000 };

  test('an expired token is accepted beside a token with the role service', async () => {
    const { show } = someone();
    const text = keystone.aToken({ user: 'u3', ...ended });
    const service = keystone.aToken({ roles: ['service'] });
    expect(await show(text)).toEqual({ fault: 'token-invalid' });
    expect(await show(text, service)).toEqual({ caller: expect.objectContaining({ userId: 'u3' }) });
    const asked = keystone.calls.length;
    expect(await show(text, service)).toHaveProperty('caller');
    expect(keystone.calls).toHaveLength(asked);
  });

  test('also one that ended while it was known', async () => {
    const { show, clock } = someone();
    const text = keystone.aToken({ expiresAt: Date.now() + 10_000 });
    await show(text);
    clock.pass(11);
    expect(await show(text)).toEqual({ fault: 'token-expired' });
    expect(await show(text, keystone.aToken({ roles: ['service'] }))).toHaveProperty('caller');
  });

  test('without that role, or beside a bad or an expired service token, it is not', async () => {
    const { show } = someone();
    const text = keystone.aToken(ended);
    const service = { roles: ['service'] };
    for (const beside of [keystone.aToken(), 'nonsense', keystone.aToken({ ...service, ...ended }), 'a b']) {
      expect(await show(text, beside)).toEqual({ fault: 'token-invalid' });
    }
  });

  test('a revoked or unknown token is not, whatever stands beside it', async () => {
    const { show } = someone();
    const service = keystone.aToken({ roles: ['service'] });
    expect(await show(keystone.aToken({ revoked: true }), service)).toEqual({ fault: 'token-invalid' });
    expect(await show('unknown', service)).toEqual({ fault: 'token-invalid' });
  });

  test('a bad service token beside a good token is ignored, and not even asked for', async () => {
    const { show } = someone();
    expect(await show(keystone.aToken(), 'nonsense')).toHaveProperty('caller');
    expect(keystone.validations()).toBe(1);
  });
});

describe('the service user', () => {
  test('signs in again when Keystone no longer takes its token', async () => {
    const { show } = someone();
    await show(keystone.aToken());
    for (const [text, token] of keystone.tokens) if (token.user === 'tagway') keystone.tokens.delete(text);
    expect(await show(keystone.aToken())).toHaveProperty('caller');
    expect(keystone.logins).toBe(2);
  });

  test('is not tried again and again when Keystone refuses it; nobody is called bad for that', async () => {
    const serviceUser = {
      name: 'tagway',
      password: 'wrong',
      userDomain: 'D',
      project: 's',
      projectDomain: 'D',
    };
    const { show, told, clock } = someone({ serviceUser });
    for (let turn = 0; turn < 5; turn++) {
      await expect(show(keystone.aToken())).rejects.toMatchObject({ name: 'Unavailable' });
    }
    expect(keystone.logins).toBe(1);
    expect(JSON.stringify(told)).toContain('401');
    expect(JSON.stringify(told)).not.toContain('wrong');
    clock.pass(6);
    await expect(show(keystone.aToken())).rejects.toMatchObject({ name: 'Unavailable' });
    expect(keystone.logins).toBe(2);
  });

  test('without one each token vouches for itself', async () => {
    const { show } = someone({ serviceUser: null });
    expect(await show(keystone.aToken())).toHaveProperty('caller');
    expect(await show('unknown')).toEqual({ fault: 'token-invalid' });
    const service = keystone.aToken({ roles: ['service'] });
    expect(await show(keystone.aToken({ expiresAt: Date.now() - 60_000 }), service)).toHaveProperty('caller');
    expect(keystone.logins).toBe(0);
  });
});
