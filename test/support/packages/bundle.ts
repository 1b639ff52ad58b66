import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The packages that the gateway loads. Jest loads them anew for each test file, out of a thousand files, which took
 * longer than the tests of most. In one file they take a third of that time. One that is missing here works as well.
 */
const names = [
  ...['@opentelemetry/api', 'ajv', 'express', 'express-validator', 'knex', 'lru-cache', 'pg', 'prom-client'],
  ...['rate-limiter-flexible', 'secure-json-parse', 'undici', 'winston'],
];

/** Drivers that knex and pg look for only when somebody asks for them. */
const absent = [
  ...['better-sqlite3', 'mariadb', 'mysql', 'mysql2', 'oracledb', 'pg-native', 'pg-query-stream', 'sqlite3'],
  'tedious',
];

/** Where jest's workers find them; see resolver.cjs. */
const variable = 'TEST_PACKAGES';

const root = join(__dirname, '../../..');

/** Makes the file, and beside it one for each package that takes it out of there. A watching jest keeps them. */
export async function bundlePackages(): Promise<void> {
  if (process.env[variable] !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'tagway-packages-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [entry, all] = [join(folder, 'entry.js'), join(folder, 'all.js')];
  const takers = names.map((name) => `'${name}': () => require('${name}')`);
  writeFileSync(entry, `module.exports = {${takers.join()}};`);
  await bundle(entry, all);
  for (const name of names) {
    const file = join(folder, 'by-name', `${name}.js`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `module.exports = require(${JSON.stringify(all)})['${name}']();\n`);
  }
  process.env[variable] = JSON.stringify({ folder: join(folder, 'by-name'), names });
}

async function bundle(entry: string, file: string): Promise<void> {
  const tsx = dirname(require.resolve('tsx/package.json'));
  const esbuild = require.resolve('esbuild/bin/esbuild', { paths: [tsx] });
  const flags = ['--bundle', '--platform=node', '--minify-whitespace', '--log-level=error'];
  const left = absent.map((name) => `--external:${name}`);
  await promisify(execFile)(process.execPath, [esbuild, entry, ...flags, ...left, `--outfile=${file}`], {
    env: { ...process.env, NODE_PATH: join(root, 'node_modules') },
  });
}
