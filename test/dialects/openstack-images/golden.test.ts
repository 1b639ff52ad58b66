import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readDivergences } from '../../support/golden-runner/divergences';
import { type GoldenGateway, startGoldenGateway } from '../../support/golden-runner/principals';
import {
  type GoldenCase,
  type Recording,
  readRecording,
  type RecordedResponse,
} from '../../support/golden-runner/recording';
import { begunCase, begunCases, type Outcome, told } from '../../support/golden-runner/run-case';
import { outcomeTable, unspaced } from '../../support/golden-runner/table';

const byDefault = readRecording('glance-default');
const secure = readRecording('glance-secure-rbac');
const divergences = readDivergences();
const outcomes: Record<Recording['set'], Outcome[]> = { default: [], srbac: [], imports: [], stores: [] };

let golden: GoldenGateway;
beforeAll(async () => {
  golden = await startGoldenGateway();
});
afterAll(() => golden.gateway.close());

const secureAnswers = new Map(secure.cases.map(({ id, response }) => [id, response]));

/** Role cases whose answer Zed's policy decides are held against the secure one (D11). */
function heldAgainst({ id, response }: GoldenCase): RecordedResponse | undefined {
  const answer = secureAnswers.get(id);
  return answer && !isDeepStrictEqual(answer, response) ? answer : undefined;
}

const coverage = readFileSync(join(__dirname, '../../../docs/coverage.md'), 'utf8');

describe.each([
  { name: 'with the default policy', recording: byDefault },
  { name: 'with secure RBAC', recording: secure },
])('as recorded $name', ({ recording }) => {
  let awaited: Awaited<ReturnType<typeof begunCases>>;
  beforeAll(async () => {
    awaited = await begunCases(recording.cases, (one) =>
      begunCase(one, golden, divergences, recording.set === 'default' ? heldAgainst(one) : undefined),
    );
  }, 300_000);

  test.each(recording.cases)('$id: $description', async (one) => {
    const outcome = await awaited.get(one);
    if (!outcome) throw new Error('it was not played');
    outcomes[recording.set].push(outcome);
    if (outcome.kind === 'failing') throw new Error(told(outcome));
  });

  test('no more than a quarter of the cases is touched by a divergence', () => {
    const all = outcomes[recording.set];
    const diverging = all.filter(({ kind }) => kind === 'diverging').length;
    console.log(`Glance's answers, ${recording.set} policy:\n${outcomeTable(all)}`);
    expect(diverging / recording.cases.length).toBeLessThanOrEqual(0.25);
  });

  test('the counts are those that are kept', () => {
    expect(unspaced(coverage)).toContain(unspaced(outcomeTable(outcomes[recording.set])));
  });
});
