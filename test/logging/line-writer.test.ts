import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineWriter } from '../../src/logging/line-writer';

const folder = mkdtempSync(join(tmpdir(), 'tagway-lines-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(['alone', 'shared'] as const)('used %s, every line arrives whole and in its order', async (use) => {
  const file = join(folder, use);
  const descriptor = openSync(file, 'a');
  const writer = new LineWriter(descriptor, use);
  const lines = Array.from({ length: 10_000 }, (_, n) => `${String(n)} ${'x'.repeat(n % 500)}é\n`);
  lines[5000] = `${'long '.repeat(2000)}\n`;
  for (const [n, line] of lines.entries()) {
    writer.write(line);
    if (n % 1000 === 0) await sleep(1);
  }
  const wanted = lines.join('');
  for (let waited = 0; waited < 20_000 && readFileSync(file).length < Buffer.byteLength(wanted); waited += 20)
    await sleep(20);
  expect(readFileSync(file, 'utf8') === wanted).toBe(true);
  closeSync(descriptor);
});
