import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../../src/settings/config';

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
  );
  return [...asked];
}

test('an empty setting counts as unset', () => {
  const empty = Object.fromEntries(settingNames().map((name) => [name, '']));
  expect(readConfig(empty)).toEqual(readConfig({}));
});

test('the defaults are those of the outside contract', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 9292,
    databaseUrl: null,
    identity: 'embedded',
    rules: {
      imageTagQuota: 128,
      huawei: { keyLength: 36, valueLength: 43, tagsPerImage: 10 },
      batchDelete: 'match-value',
    },
    tagText: 'equals',
  });
});

test('the wide profile is 128, 255 and 20, and its deletes reach its keys', () => {
  expect(readConfig({ TAGWAY_HUAWEI_PROFILE: 'wide' }).rules.huawei).toEqual({
    keyLength: 128,
    valueLength: 255,
    tagsPerImage: 20,
    deleteKeyLength: 128,
  });
});

test('all faults are told together, and a database URL is never repeated', () => {
  const read = (): unknown =>
    readConfig({
      TAGWAY_PORT: '-1',
      TAGWAY_IDENTITY: 'guess',
      DATABASE_URL: 'secret',
      TAGWAY_MASTER_KEY: 'secret',
    });
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
  const read = (): unknown => readConfig({ DATABASE_URL: url }).databaseUrl;
  if (isOne) expect(read()).toBe(url);
  else expect(read).toThrow(/DATABASE_URL must be a URL/);
});

test('the README lists exactly the settings that are read', () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\|\s*`([A-Z_]+)`/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual(settingNames().sort());
});
