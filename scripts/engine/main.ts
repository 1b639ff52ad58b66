import { spawnSync } from 'node:child_process';
import { notApplicable } from '../../test/support/engine';

/*
 * `TEST_DATABASE_URL=… npm run test:engine`: the suites that say what Tagway is, on a given database: Postgres, or a
 * coordinator of Citus, whose tables are then distributed. All of its rows are removed.
 */

const suites = [
  'test/dialects/openstack-images/golden',
  'test/equivalence/',
  'test/process/crash',
  'test/dialects/tagway/',
  'test/engine/',
];

if (process.env['TEST_DATABASE_URL'] === undefined) {
  console.error('TEST_DATABASE_URL names no database. All rows in it will be removed.');
  process.exit(2);
}
for (const { file, test, reason } of notApplicable) console.log(`left out: ${file}: ${test}: ${reason}`);
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--setupFilesAfterEnv=./test/support/engine-setup.ts',
    '--testPathIgnorePatterns=/node_modules/',
    ...suites.map((suite) => `--testPathPatterns=${suite}`),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
