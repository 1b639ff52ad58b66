import { type CampaignResult, runCampaign } from '../../test/support/fuzz/campaign';
import { closeIdleSockets } from '../../test/support/wire';
import { readOptions } from './options';
import { startSite } from './site';

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const begun = Date.now();
  const site = await startSite();
  let isOver = false;
  process.once('SIGINT', () => (isOver = true));
  try {
    const result = await runCampaign({
      ...options,
      ...{ gateway: site.gateway, port: site.port, connection: site.connection },
      isOver: () => isOver,
      contractFaults: () => site.tally.faults,
      progress: (done, violation) => {
        say(
          violation ??
            `${String(done)} of ${String(options.requests)} requests, ${String(Date.now() - begun)} ms`,
        );
      },
    });
    return report(result, site.failures, Date.now() - begun);
  } finally {
    closeIdleSockets();
    await site.stop();
  }
}

/** @returns the code to end with */
function report(
  { counts, violations, slowest }: CampaignResult,
  failures: readonly string[],
  ms: number,
): number {
  for (const [dialect, found] of Object.entries(counts)) {
    const statuses = [...found]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${String(status)}×${String(count)}`);
    const sum = [...found.values()].reduce((all, count) => all + count, 0);
    process.stdout.write(`${dialect.padEnd(20)}${String(sum).padStart(8)}  ${statuses.join(' ')}\n`);
  }
  const faults = [...violations, ...failures.map((line) => `the gateway logged: ${line}`)];
  for (const fault of faults) process.stdout.write(`\n${fault}\n`);
  const seconds = String(Math.round(ms / 1000));
  process.stdout.write(
    `\n${String(faults.length)} violations; slowest answer ${slowest.toFixed(0)} ms; ${seconds} s in all\n`,
  );
  return faults.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(2);
  },
);
