import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDivergences } from '../../../support/golden-runner/divergences';
import { type GoldenGateway, startGoldenGateway } from '../../../support/golden-runner/principals';
import { type GoldenCase, readRecording } from '../../../support/golden-runner/recording';
import { begunCase, type Outcome } from '../../../support/golden-runner/run-case';
import { outcomeTable } from '../../../support/golden-runner/table';

// Made by scripts/lab/metadefs/record.ts.
const { cases } = readRecording('glance-metadefs');
const divergences = readDivergences();
const outcomes: Outcome[] = [];

let golden: GoldenGateway;
beforeAll(async () => {
  golden = await startGoldenGateway();
});
afterAll(() => golden.gateway.close());

const coverage = readFileSync(join(__dirname, '../../../../docs/coverage-metadefs.md'), 'utf8');

/** Markdown's tables are padded where they are kept. */
function unspaced(text: string): string {
  return text.replace(/ +/g, '').replace(/-+/g, '-');
}

const awaited = new Map<GoldenCase, Promise<Outcome>>();
beforeAll(async () => {
  for (const one of cases) {
    const begun = begunCase(one, golden, divergences);
    const outcome = begun.then((played) => played.outcome);
    awaited.set(one, outcome);
    // Its own test reports what went wrong.
    outcome.catch(() => undefined);
    await begun.catch(() => undefined);
  }
}, 300_000);

test.each(cases)('$id: $description', async (one) => {
  const outcome = await awaited.get(one);
  if (!outcome) throw new Error('it was not played');
  outcomes.push(outcome);
  const { kind, differences, by } = outcome;
  const seen = differences.map(
    ({ part, recorded, actual }) => `${part}\n  recorded: ${recorded}\n  here:     ${actual}`,
  );
  if (kind === 'failing') throw new Error(`${seen.join('\n')}\n(allowed by: ${by.join(', ') || 'nothing'})`);
});

test('the counts are those that are kept', () => {
  const table = outcomeTable(outcomes);
  console.log(`Glance's answers about definitions:\n${table}`);
  expect(unspaced(coverage)).toContain(unspaced(table));
});
