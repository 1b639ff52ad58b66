import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDivergences } from '../../support/golden-runner/divergences';
import { type GoldenGateway, startGoldenGateway } from '../../support/golden-runner/principals';
import { type GoldenCase, readLater } from '../../support/golden-runner/recording';
import { begunCase, type Outcome, told } from '../../support/golden-runner/run-case';
import { outcomeTable, unspaced } from '../../support/golden-runner/table';

/*
 * The newest Glance: every case of Zed's recordings, with the answers that its own recording has instead, and the cases that
 * were recorded with it alone. Those that both answer alike are played with TEST_RECORDINGS=all only: `golden` holds the
 * same code to them.
 */

const later = readLater('glance-hibiscus');
const divergences = readDivergences();
const playsAll = process.env['TEST_RECORDINGS'] === 'all';
const coverage = unspaced(readFileSync(join(__dirname, '../../../docs/coverage.md'), 'utf8'));

let golden: GoldenGateway;
beforeAll(async () => {
  golden = await startGoldenGateway({ TAGWAY_GLANCE_RELEASE: 'hibiscus' });
});
afterAll(() => golden.gateway.close());

async function outcomesOf(cases: readonly GoldenCase[]): Promise<readonly Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  for (const one of cases) outcomes.push((await begunCase(one, golden, divergences)).outcome);
  return Promise.all(outcomes);
}

function failuresOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.filter(({ kind }) => kind === 'failing').map((one) => `${one.id}: ${told(one)}`);
}

test.each([
  ['the cases of the default policy', later.default],
  ['the cases of secure RBAC', later.srbac],
] as const)(
  'of %s all are answered as recorded',
  async (title, { cases }) => {
    const outcomes = await outcomesOf(playsAll ? cases : cases.filter(({ id }) => later.differing.has(id)));
    if (playsAll) console.log(`Answers of ${later.default.server}, ${title}:\n${outcomeTable(outcomes)}`);
    expect(failuresOf(outcomes)).toEqual([]);
    if (playsAll) expect(coverage).toContain(unspaced(outcomeTable(outcomes)));
  },
  300_000,
);

test('the cases that were recorded with it alone are answered as recorded', async () => {
  const outcomes = await outcomesOf(later.added.cases);
  expect(failuresOf(outcomes)).toEqual([]);
  expect(coverage).toContain(unspaced(outcomeTable(outcomes)));
}, 120_000);

test('its recording is as large as that of Zed', () => {
  expect(later.default.cases).toHaveLength(523);
  expect(later.srbac.cases).toHaveLength(69);
  expect(later.differing.size).toBeGreaterThan(90);
});
