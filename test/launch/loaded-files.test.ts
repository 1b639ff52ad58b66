import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, startGatewayProcess } from '../support/gateway-process';
import { usedStateFolder } from '../support/used-state';

let folder: string;
beforeEach(async () => {
  folder = await usedStateFolder('tagway-loaded');
});
afterEach(() => {
  removeFolder(folder);
});

/** Writes the files that a process has loaded when it ends. */
const recorder = (file: string): string =>
  `process.once('exit', () => require('node:fs').writeFileSync(${JSON.stringify(file)}, Object.keys(require.cache).join('\\n')));`;

test('a start with nothing to migrate loads the bundle, and few other files', async () => {
  const [script, list] = [join(folder, 'recorder.cjs'), join(folder, 'loaded')];
  writeFileSync(script, recorder(list));
  const gateway = await startGatewayProcess(folder, { NODE_OPTIONS: `--require ${script}` });
  expect((await gateway.stop()).code).toBe(0);
  const loaded = readFileSync(list, 'utf8').split('\n');
  expect(loaded.some((file) => file.endsWith('/dist/bundle/main.js'))).toBe(true);
  expect(
    loaded.filter((file) => /node_modules\/(knex|undici|markdown-it|@opentelemetry)\//.test(file)),
  ).toEqual([]);
  expect(loaded.length).toBeLessThan(60);
});
