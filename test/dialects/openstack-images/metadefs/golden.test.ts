import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDivergences } from '../../../support/golden-runner/divergences';
import { type GoldenGateway, startGoldenGateway } from '../../../support/golden-runner/principals';
import { readRecording } from '../../../support/golden-runner/recording';
import { begunCase, begunCases, type Outcome, told } from '../../../support/golden-runner/run-case';
import { outcomeTable, unspaced } from '../../../support/golden-runner/table';

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

let awaited: Awaited<ReturnType<typeof begunCases>>;
beforeAll(async () => {
  awaited = await begunCases(cases, (one) => begunCase(one, golden, divergences));
}, 300_000);

test.each(cases)('$id: $description', async (one) => {
  const outcome = await awaited.get(one);
  if (!outcome) throw new Error('it was not played');
  outcomes.push(outcome);
  if (outcome.kind === 'failing') throw new Error(told(outcome));
});

test('the counts are those that are kept', () => {
  const table = outcomeTable(outcomes);
  console.log(`Glance's answers about definitions:\n${table}`);
  expect(unspaced(coverage)).toContain(unspaced(table));
});
