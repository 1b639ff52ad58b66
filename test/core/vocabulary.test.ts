import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Vendors and words of their URLs: what is theirs belongs into a dialect. */
const theirs = /huawei|glance|openstack|keystone|cloudimages|\bims\b|\/v\d\b/i;

test.each(['core', 'http'])('src/%s names no vendor and no word of a URL', (room) => {
  const folder = join(__dirname, '../../src', room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(10);
  const found = files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line, at) => (theirs.test(line) ? [`${name}:${String(at + 1)} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
