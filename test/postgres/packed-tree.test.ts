import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTree, unpackTree } from '../../src/postgres/packed-tree';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-packed');
});
afterEach(() => {
  removeFolder(folder);
});

test('what was packed is unpacked with its modes and its bytes, save what is left out', () => {
  const [from, to, file] = ['from', 'to', 'pack'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(from, 'data/deep/empty'), { recursive: true, mode: 0o700 });
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
  writeFileSync(join(from, 'data/deep/table'), bytes);
  writeFileSync(join(from, 'data/table_vm'), 'left out');
  writeFileSync(join(from, 'data/nothing'), '');
  writeFileSync(join(from, 'password'), 'secret\n');
  writeFileSync(join(from, 'log'), 'no part of it');
  chmodSync(join(from, 'password'), 0o600);
  packTree(from, ['data', 'password'], file, (path) => path.endsWith('_vm'));
  mkdirSync(to);
  unpackTree(file, to, null);
  const names = readdirSync(to, { recursive: true, encoding: 'utf8' }).sort();
  expect(names).toEqual([
    'data',
    'data/deep',
    'data/deep/empty',
    'data/deep/table',
    'data/nothing',
    'password',
  ]);
  expect(readFileSync(join(to, 'data/deep/table')).equals(bytes)).toBe(true);
  expect(readFileSync(join(to, 'password'), 'utf8')).toBe('secret\n');
  const modes = ['data', 'password'].map((name) => (statSync(join(to, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(['700', '600']);
  expect(statSync(file).mode & 0o077).toBe(0);
});
