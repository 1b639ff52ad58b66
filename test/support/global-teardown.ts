import { endTally } from './contracts/run-tally';
import { rememberedServer } from './postgres';

/** As much of jest's own configuration as tells a run of everything from one of a selection. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
  readonly onlyChanged: boolean;
  readonly findRelatedTests: boolean;
  readonly runTestsByPath: boolean;
  readonly shard?: unknown;
}

/** @throws Error when an answer broke its contract, or an operation was never asked for */
export default async function globalTeardown(run: Run): Promise<void> {
  const remembered = rememberedServer();
  if (remembered) {
    await remembered.server.stop();
    remembered.folder.remove();
  }
  endTally(isWhole(run));
}

function isWhole({ testPathPatterns, testNamePattern, shard, ...run }: Run): boolean {
  const narrowed = run.onlyChanged || run.findRelatedTests || run.runTestsByPath || shard !== undefined;
  return testPathPatterns.patterns.length === 0 && !testNamePattern && !narrowed;
}
