import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { conformancePage } from './page';
import { reasonFor } from './reasons';
import { countOutcomes, type SuiteResult } from './result';
import { startSite } from './site';
import { suites } from './suites';
import type { Suite } from './suite';

/*
 * `npm run peers`: suites that others wrote, from their registries and unchanged, each against a gateway of its own.
 * Needs python3 with venv, and go. With --write the results become those of docs/conformance.md.
 */

interface Options {
  readonly suite: readonly Suite[];
  readonly cache: string;
  readonly write: boolean;
  readonly verbose: boolean;
}

function named(text: string): Suite[] {
  const names = text.split(',');
  const chosen = suites.filter(({ name }) => names.includes(name));
  if (chosen.length === names.length) return chosen;
  throw new InvalidArgumentError(`known are ${suites.map(({ name }) => name).join(', ')}`);
}

const options = new Command('npm run peers --')
  .description('Runs the suites of OpenStack and Huawei clients against gateways of their own.')
  .option('--suite <names>', 'only these, with commas between them', named, [...suites])
  .option('--cache <folder>', 'where virtual environments and modules stay', join(tmpdir(), 'tagway-peers'))
  .option('--write', 'keep the results in docs/conformance.json', false)
  .option('--verbose', 'show what the suites print', false)
  .parse()
  .opts<Options>();

const docs = join(__dirname, '../../docs');
const [resultsFile, pageFile] = [join(docs, 'conformance.json'), join(docs, 'conformance.md')];

async function play(suite: Suite): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-peer-'));
  try {
    await using site = await startSite(folder, suite);
    const tests = await suite.run({ cache: options.cache, folder, show: options.verbose }, site);
    const operations = Object.fromEntries([...(await site.operations())].sort());
    return { suite: suite.name, client: suite.client, tests, operations };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print({ suite, client, tests, operations }: SuiteResult): void {
  const { passed, failed, skipped } = countOutcomes(tests);
  const counts = `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
  console.log(`${suite} (${client}): ${counts}; ${String(Object.keys(operations).length)} operations`);
  for (const { id, outcome, words = '' } of tests) {
    if (outcome === 'failed') console.log(`  ${id}: ${reasonFor(suite, id) ?? `no known reason: ${words}`}`);
  }
}

/** Results of suites that did not run now stay. */
function keep(results: readonly SuiteResult[]): void {
  const names = new Set(results.map(({ suite }) => suite));
  const before = JSON.parse(readFileSync(resultsFile, 'utf8')) as readonly SuiteResult[];
  const all = [...before.filter(({ suite }) => !names.has(suite)), ...results];
  all.sort((a, b) => (a.suite < b.suite ? -1 : 1));
  writeFileSync(resultsFile, JSON.stringify(all));
  writeFileSync(pageFile, conformancePage(all));
  spawnSync('npx', ['prettier', '--write', resultsFile, pageFile], { stdio: 'ignore' });
}

async function main(): Promise<void> {
  mkdirSync(options.cache, { recursive: true });
  const results: SuiteResult[] = [];
  for (const suite of options.suite) {
    const result = await play(suite);
    print(result);
    results.push(result);
  }
  if (options.write) keep(results);
  const unknown = results.flatMap(({ suite, tests }) =>
    tests.filter(({ id, outcome }) => outcome === 'failed' && reasonFor(suite, id) === undefined),
  );
  process.exitCode = unknown.length === 0 ? 0 : 1;
}

void main();
