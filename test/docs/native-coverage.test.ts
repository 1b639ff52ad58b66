import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const tests = join(__dirname, '..');
const page = readFileSync(join(tests, '../docs/coverage-tagway.md'), 'utf8');

/** Of `file`: a part of its name; … */
const cited = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .flatMap((line) => (line.split('|')[2] ?? '').split('; '))
  .flatMap((text) => {
    const [, file, name] = /^\s*`([\w/-]+)`: (.+?)\s*$/.exec(text) ?? [];
    return file !== undefined && name !== undefined ? [[file, name] as const] : [];
  });

test('every promise of the native API names tests that there are', () => {
  expect(cited.length).toBeGreaterThan(90);
  const missing = cited.filter(([file, name]) => {
    const paths = [file, `dialects/tagway/${file}`].map((one) => join(tests, `${one}.test.ts`));
    const path = paths.reverse().find((one) => existsSync(one));
    return path === undefined || !readFileSync(path, 'utf8').includes(name);
  });
  expect(missing).toEqual([]);
});
