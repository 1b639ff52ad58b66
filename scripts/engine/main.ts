import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { notApplicable } from '../../test/support/engine';
import { alignedTable } from '../ha/report';

/*
 * `TEST_DATABASE_URL=… npm run test:engine`: the suites that say what Tagway is, on a given database: Postgres, or a
 * coordinator of Citus, whose tables are then distributed. All of its rows are removed.
 */

/** What a file counts for, by the begin of its path; the first that fits. */
const suites: readonly (readonly [name: string, path: string])[] = [
  ['golden', 'test/dialects/openstack-images/golden'],
  ['metadata definitions', 'test/dialects/openstack-images/metadefs/'],
  ['cache', 'test/dialects/openstack-images/operations/cache'],
  ['imports, tasks, stores, locations', 'test/dialects/openstack-images/imports/'],
  ['jobs that take time', 'test/dialects/huawei-cloudimages/(?:image-)?job'],
  ['identity', 'test/dialects/identity-v3/'],
  ['console API', 'test/console/surface'],
  ['races', 'test/equivalence/races'],
  ['model', 'test/equivalence/model'],
  ['equivalence', 'test/equivalence/'],
  ['crash', 'test/process/(?:import-)?crash'],
  ['native API', 'test/dialects/tagway/'],
  ['reset and snapshots', 'test/admin/(?:snapshots|reset|guards-after-reset)'],
  ['distribution and explain', 'test/engine/'],
];

/** Of jest's `--json`. */
interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Of each suite: tests that passed, failed, and were left out. */
function counts({ testResults }: Results): string {
  const rows = suites.map(([suite]) => {
    const files = testResults.filter(({ name }) => suiteOf(relative(process.cwd(), name)) === suite);
    const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
    const count = (...of: string[]): string =>
      String(statuses.filter((status) => of.includes(status)).length);
    return [suite, count('passed'), count('failed'), count('pending', 'skipped', 'todo')];
  });
  return alignedTable([['suite', 'passed', 'failed', 'left out'], ...rows]);
}

function suiteOf(file: string): string | undefined {
  return suites.find(([, path]) => new RegExp(`^${path}`).test(file))?.[0];
}

if (process.env['TEST_DATABASE_URL'] === undefined) {
  console.error('TEST_DATABASE_URL names no database. All rows in it will be removed.');
  process.exit(2);
}
for (const { file, test, reason } of notApplicable) console.log(`left out: ${file}: ${test}: ${reason}`);
const folder = mkdtempSync(join(tmpdir(), 'tagway-engine-'));
const results = join(folder, 'results.json');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--json',
    `--outputFile=${results}`,
    '--setupFilesAfterEnv=./test/support/engine-setup.ts',
    '--testPathIgnorePatterns=/node_modules/',
    ...suites.map(([, path]) => `--testPathPatterns=${path}`),
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
console.log(counts(JSON.parse(readFileSync(results, 'utf8')) as Results));
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
