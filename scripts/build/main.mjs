/**
 * Builds `dist`, when anything that goes into it has changed since the last build that succeeded: `npm start` and
 * `npm test` build first, and must not wait for the compiler each time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, root } from './inputs.mjs';

const inputs = [
  ...['src', 'console', 'docs', 'scripts/build', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'knexfile.ts'],
];

const steps = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  ['scripts/build/bundle.mjs'],
  ['scripts/build/program.mjs'],
  ['scripts/build/documents.mjs'],
  ['scripts/build/console.mjs'],
];

const stamp = join(root, 'dist/.inputs');
const digest = digestOf(inputs);
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  for (const step of steps) {
    const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(stamp, digest);
}
