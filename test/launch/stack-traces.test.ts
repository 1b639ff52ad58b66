import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '../..');
const run = promisify(execFile);

/** Where the text is in a source, as a stack trace says it. */
function lineOf(source: string, text: string): string {
  const before = readFileSync(join(root, source), 'utf8').split(text)[0] ?? '';
  return `${source}:${String(before.split('\n').length)}:`;
}

/** An error of the environment, thrown through code of the bundle. */
const program = `
  const { mapStackTraces } = require(${JSON.stringify(join(root, 'dist/src/launch/stack-traces.js'))});
  const { runTagway } = require(${JSON.stringify(join(root, 'dist/bundle/main.js'))});
  const failing = new Proxy({}, { ownKeys() { throw new TypeError('no environment'); } });
  const trace = () => { try { runTagway(failing); } catch (error) { return error.stack; } };
  const before = trace();
  mapStackTraces(${JSON.stringify(join(root, 'dist/bundle'))});
  console.log(JSON.stringify([before, trace()]));`;

test('stack traces of the bundle name files and lines of the sources', async () => {
  const { stdout } = await run(process.execPath, ['-e', program]);
  const [before = '', after = ''] = JSON.parse(stdout) as string[];
  expect(before).toContain('/dist/bundle/main.js:');
  expect(after.split('\n')[0]).toBe('TypeError: no environment');
  expect(after).toContain(`(${lineOf('src/commands/gateway-options.ts', 'return {\n    ...env')}`);
  expect(after).toContain(`(${lineOf('src/commands/main.ts', 'runUntilStopped(')}`);
  expect(after).not.toContain('/dist/bundle/');
  // Node's own frames and those of other files stay as they are.
  expect(after).toContain('[eval]:');
});
