import { dialects } from '../../src/composition/dialects';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../../src/settings/config';
import { disabledSafetyWarnings } from '../../src/settings/disabled-safeties';

/** The names that the reader asks the environment for. */
function settingNames(): string[] {
  const asked = new Set<string>();
  readConfig(
    new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => {
          asked.add(String(name));
          return undefined;
        },
      },
    ),
    dialects,
  );
  return [...asked];
}

test('an empty setting counts as unset', () => {
  const empty = Object.fromEntries(settingNames().map((name) => [name, '']));
  expect(readConfig(empty, dialects)).toEqual(readConfig({}, dialects));
});

test('the defaults are those of the outside contract', () => {
  expect(readConfig({}, dialects)).toMatchObject({
    host: '127.0.0.1',
    port: 9292,
    databaseUrl: null,
    identity: 'embedded',
    imageTagQuota: 128,
    ofDialects: {
      'huawei-images': { profile: { keyLength: 36 }, batchDelete: 'match-value', tagText: 'equals' },
    },
  });
});

test('the wide profile is 128, 255 and 20, and its deletes reach its keys', () => {
  expect(readConfig({ TAGWAY_HUAWEI_PROFILE: 'wide' }, dialects).ofDialects['huawei-images']).toMatchObject({
    profile: { keyLength: 128, valueLength: 255, tagsPerImage: 20, deleteKeyLength: 128 },
  });
});

test('all faults are told together, and a database URL is never repeated', () => {
  const read = (): unknown =>
    readConfig(
      {
        TAGWAY_PORT: '-1',
        TAGWAY_IDENTITY: 'guess',
        DATABASE_URL: 'secret',
        TAGWAY_MASTER_KEY: 'secret',
      },
      dialects,
    );
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    expect((error as ConfigError).faults).toHaveLength(4);
    expect((error as ConfigError).message).not.toContain('secret');
  }
});

test.each([
  ['postgresql://u:p@a:5432,b:5433/db', true],
  ['postgres://u:p@a,b,[::1]:5433/db?sslmode=require', true],
  ['postgresql:///db?host=/run/postgresql', true],
  ['postgresql://u:p@a:5432,,b:5433/db', false],
  ['postgresql://u:p@a:5432,b:many/db', false],
  ['mysql://u:p@a,b/db', false],
])('the database URL %s counts as one: %s', (url, isOne) => {
  const read = (): unknown => readConfig({ DATABASE_URL: url }, dialects).databaseUrl;
  if (isOne) expect(read()).toBe(url);
  else expect(read).toThrow(/DATABASE_URL must be a URL/);
});

test('docs/settings.md lists exactly the settings that are read, and README the most used', () => {
  const listed = (page: string): string[] =>
    [...readFileSync(join(__dirname, '../..', page), 'utf8').matchAll(/^\|\s*`([A-Z_]+)`.*$/gm)].map(
      ([row, name = '']) => (page === 'README.md' ? row.replaceAll('](docs/', '](') : name),
    );
  expect(listed('docs/settings.md').sort()).toEqual(settingNames().sort());
  const all = words(readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8'));
  const most = listed('README.md');
  expect(most.length).toBeGreaterThanOrEqual(10);
  expect(most.filter((row) => !all.includes(words(row)))).toEqual([]);
});

/** Without the padding of tables. */
function words(text: string): string {
  return text.replace(/ +/g, ' ');
}

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, dialects);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  return [];
}

test('an unknown name like a setting is refused, with the nearest one', () => {
  expect(faultsOf({ TAGWAY_PROT: '1', TAGWAY_HSOT: 'x', TAGWAY_XYZZY_PLUGH: 'y', TAGWAY_EMPTY: '' })).toEqual(
    [
      'TAGWAY_PROT is no setting; did you mean TAGWAY_PORT?',
      'TAGWAY_HSOT is no setting; did you mean TAGWAY_HOST?',
      'TAGWAY_XYZZY_PLUGH is no setting',
    ],
  );
});

test('what Kubernetes injects for a Service is known and ignored', () => {
  const injected = {
    TAGWAY_SERVICE_HOST: '10.0.0.1',
    TAGWAY_SERVICE_PORT: '80',
    TAGWAY_SERVICE_PORT_HTTP: '80',
    TAGWAY_PORT: 'tcp://10.0.0.1:80',
    TAGWAY_PORT_80_TCP: 'tcp://10.0.0.1:80',
    TAGWAY_PORT_80_TCP_PROTO: 'tcp',
    TAGWAY_PORT_80_TCP_PORT: '80',
    TAGWAY_PORT_80_TCP_ADDR: '10.0.0.1',
    TAGWAY_DATABASE_PORT: 'tcp://10.0.0.2:5432',
    TAGWAY_DATABASE_SERVICE_PORT: '5432',
  };
  const config = readConfig(injected, dialects);
  expect(config).toEqual({ ...readConfig({}, dialects), ignored: Object.keys(injected) });
  expect(readConfig({ ...injected, TAGWAY_PORT: '9704' }, dialects).port).toBe(9704);
});

test('a master key of zeros only, as in an example, is refused', () => {
  expect(faultsOf({ TAGWAY_MASTER_KEY: '0'.repeat(64) })).toEqual([
    'TAGWAY_MASTER_KEY must not be all zeros: make one with "openssl rand -hex 32"',
  ]);
});

test('safeties that are off are named, and by default none is', () => {
  expect(disabledSafetyWarnings(readConfig({}, dialects))).toEqual([]);
  const off = disabledSafetyWarnings(
    readConfig(
      {
        TAGWAY_HOST: '0.0.0.0',
        TAGWAY_IDENTITY: 'none',
        TAGWAY_NONE_ANYWHERE: 'yes',
        TAGWAY_ADMIN: 'on',
        TAGWAY_LOGIN_LOCKOUT: '0',
        TAGWAY_ACCESS_KEY_LOCKOUT: '0',
        TAGWAY_TRUST_PROXY: '0.0.0.0/0',
      },
      dialects,
    ),
  );
  const names = off.map((sentence) => /^[A-Z_]+/.exec(sentence)?.[0]);
  expect(names.sort()).toEqual([
    'TAGWAY_ACCESS_KEY_LOCKOUT',
    'TAGWAY_ADMIN',
    'TAGWAY_HOST',
    'TAGWAY_IDENTITY',
    'TAGWAY_LOGIN_LOCKOUT',
    'TAGWAY_NONE_ANYWHERE',
    'TAGWAY_TRUST_PROXY',
  ]);
});
