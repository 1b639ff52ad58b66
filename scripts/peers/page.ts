import { readRecording } from '../../test/support/golden-runner/recording';
import { dialectNames, operationsOf, type DialectName } from '../../test/support/contracts/contracts';
import { readContract } from '../../test/support/contracts/read-contract';
import { reasonFor } from './reasons';
import { countOutcomes, type SuiteResult } from './result';

const titles: Readonly<Record<DialectName, string>> = {
  'openstack-images': 'OpenStack Image v2',
  'identity-v3': 'OpenStack Identity v3',
  'huawei-images': 'Huawei v2',
  'huawei-cloudimages': 'Huawei v1 and cloudimages',
  tagway: 'Native',
};

const introduction = `# Conformance

What others' clients and suites made of Tagway, operation by operation. \`npm run peers -- --write\` runs the suites as their
registries have them, unchanged, each against a gateway of its own, and writes this page. Beside them every operation is asked for by
Tagway's own tests, and each answer held against its contract; a run in which one is not asked for fails. A suite skips what its surroundings lack; the runs as \`demo\` skip what wants an admin.
`;

/** docs/conformance.md, but for the padding of its tables. */
export function conformancePage(results: readonly SuiteResult[]): string {
  const dialects = dialectNames.map((name) => operationTable(name, results));
  return [introduction, suiteTable(results), failures(results), skips(results), ...dialects].join('\n');
}

function suiteTable(results: readonly SuiteResult[]): string {
  const rows = results.map(({ suite, client, tests, operations }) => {
    const { passed, failed, skipped } = countOutcomes(tests);
    return [suite, client, passed, failed, skipped, Object.keys(operations).length];
  });
  return `## Suites\n\n${table(['suite', 'client', 'passed', 'failed', 'skipped', 'operations used'], rows)}`;
}

function failures(results: readonly SuiteResult[]): string {
  const rows = results.flatMap(({ suite, tests }) =>
    tests
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ id, words = '' }) => [
        suite,
        `\`${lastParts(id)}\``,
        reasonFor(suite, id) ?? words.slice(0, 120),
      ]),
  );
  return `## Failed\n\n${table(['suite', 'test', 'reason'], rows)}`;
}

/** A reason of a suite's own words, with how many of its tests it is given for. */
function skips(results: readonly SuiteResult[]): string {
  const rows = results.flatMap(({ suite, tests }) => {
    const counts = new Map<string, number>();
    for (const { words = '', outcome } of tests) {
      if (outcome !== 'skipped') continue;
      const reason = words.replace(/^\w+\.go:\d+: /, '').slice(0, 120);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    return [...counts].map(([reason, count]) => [suite, count, reason]);
  });
  return `## Skipped\n\n${table(['suite', 'tests', 'reason'], rows)}`;
}

/** Classes and tests of Python, the test of Go. */
function lastParts(id: string): string {
  return id.includes('/') ? (id.split(' ').at(-1) ?? id) : id.split('.').slice(-2).join('.');
}

function operationTable(name: DialectName, results: readonly SuiteResult[]): string {
  const rows = operationsOf(readContract(name)).map(({ method, path, operation }) => {
    const used = results.filter(({ operations }) => `${name} ${operation.operationId ?? ''}` in operations);
    const recorded = name === 'openstack-images' ? countRecordings(method, path) : 0;
    return [`\`${method} ${path}\``, recorded || '', used.map(({ suite }) => suite).join(', ')];
  });
  return `## ${titles[name]}\n\n${table(['operation', 'recorded answers', 'peers that use it'], rows)}`;
}

const recordings = (['glance-default', 'glance-secure-rbac', 'glance-metadefs'] as const).flatMap(
  (name) => readRecording(name).cases,
);

/** How many answers of a real Glance are recorded of it. */
function countRecordings(method: string, path: string): number {
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/?]+')}(?:\\?|$)`);
  return recordings.filter(({ request }) => request.method === method && pattern.test(request.target)).length;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function cell(value: string | number): string {
  return String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
}
