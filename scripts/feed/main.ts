import { loadavg } from 'node:os';
import { join } from 'node:path';
import { past } from './past';
import { historyRates, watchedRates } from './rates';
import { streams } from './streams';

const built = join(__dirname, '../../dist/src/main.js');

const parts: Readonly<Record<string, () => Promise<void>>> = {
  history: () => historyRates(built, 5, 3),
  watchers: () => watchedRates(built, 3, 3),
  streams: () => streams(built, 1_000, 10),
  past: () => past(built, 1_000_000),
};

/** `npm run feed:costs -- [history] [watchers] [streams] [past]`: what history and feed cost. Needs wrk. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
    const part = parts[name];
    if (!part) throw new Error(`known are ${Object.keys(parts).join(', ')}`);
    console.log(`${name} (load ${(loadavg()[0] ?? 0).toFixed(1)})`);
    await part();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
