import { chmodSync } from 'node:fs';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';
import { say } from './report';

interface Script<Figures> {
  readonly name: string;
  /** Why it cannot run here; null: it can. */
  readonly reasonAgainst: string | null;
  readonly play: (folder: string) => Promise<Figures>;
  readonly print: (figures: Figures) => string;
  readonly isGood: (figures: Figures) => boolean;
}

/** Plays in a folder of its own, prints the figures, and ends this process: with 1 unless they are good. */
export function runScript<Figures>(script: Script<Figures>): void {
  run(script).then(
    (isGood) => process.exit(isGood ? 0 : 1),
    (error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
}

async function run<Figures>({ name, reasonAgainst, play, print, isGood }: Script<Figures>): Promise<boolean> {
  if (reasonAgainst !== null) throw new Error(reasonAgainst);
  // The gateways do not keep this process alive.
  const alive = setInterval(() => undefined, 60_000);
  const folder = temporaryFolder(name);
  chmodSync(folder, 0o755);
  try {
    const figures = await play(folder);
    process.stdout.write(print(figures));
    return isGood(figures);
  } finally {
    clearInterval(alive);
    removeFolder(folder);
  }
}
