import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow, runProgram } from './command';
import type { PeerTest } from './result';
import type { Place, Suite } from './suite';

interface GoSuite {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Packages of tests, below the module. */
  readonly packages: readonly string[];
  readonly person: 'demo' | 'admin';
}

/** `go test` of a module as the proxy has it. */
export function goSuite({ name, module, version, packages, person }: GoSuite): Suite {
  return {
    name,
    withCompute: true,
    client: `${module.split('/')[1] ?? module} ${version}`,
    run: async (place, site) => {
      const source = await moduleSource(place, module, version);
      const { out } = await runProgram(
        'go',
        ['test', '-json', '-count=1', '-p=1', '-tags=acceptance', ...packages.map((path) => `./${path}`)],
        { cwd: source, env: { ...site.environment(person), GOFLAGS: '-buildvcs=false' } },
      );
      return testsIn(out, module);
    },
  };
}

/** A copy that may be written to: Go builds tests only in a module of its own. */
export async function moduleSource({ cache, show }: Place, module: string, version: string): Promise<string> {
  const folder = join(cache, `${module.replaceAll('/', '-')}-${version}`);
  if (existsSync(folder)) return folder;
  const found = await runOrThrow('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: cache,
    show,
  });
  const { Dir } = JSON.parse(found) as { readonly Dir: string };
  cpSync(Dir, folder, { recursive: true });
  await runOrThrow('chmod', ['-R', 'u+w', folder], { cwd: cache });
  return folder;
}

interface GoEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

const outcomes: Readonly<Record<string, PeerTest['outcome']>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
};

function testsIn(out: string, module: string): readonly PeerTest[] {
  const events = out
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as GoEvent] : []));
  const words = new Map<string, string>();
  const tests = events.flatMap(({ Action, Package = '', Test, Output = '' }): PeerTest[] => {
    const id = `${Package.replace(`${module}/`, '')} ${Test ?? wholePackage}`;
    const line = Output.trim();
    // The first failure says most; what follows is cleaning up.
    if (/Failure|Unable|must be|FAIL/i.test(line) && !/^(=== |--- )/.test(line) && !words.has(id))
      words.set(id, line);
    const outcome = outcomes[Action];
    const said = words
      .get(id)
      ?.replaceAll('\u001b', '')
      .replace(/\[[\d;]*m/g, '')
      .slice(0, 300);
    if (!outcome) return [];
    return [{ id, outcome, ...(outcome !== 'passed' && said !== undefined && { words: said }) }];
  });
  // A package fails for each test that does; without one it could not be built.
  const single = tests.filter(({ id }) => !id.endsWith(wholePackage));
  return single.length > 0 ? single : tests;
}

const wholePackage = '(package)';
