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
import { begunCase, type Outcome, told } from '../../support/golden-runner/run-case';
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
  const awaited = new Map<GoldenCase, Promise<Outcome>>();
  // Watching what becomes of a connection takes longer than a case: the next ones are played meanwhile.
  beforeAll(async () => {
    for (const one of recording.cases) {
      const instead = recording.set === 'default' ? heldAgainst(one) : undefined;
      const begun = begunCase(one, golden, divergences, instead);
      const outcome = begun.then((played) => played.outcome);
      awaited.set(one, outcome);
      // Its own test tells what went wrong.
      outcome.catch(() => undefined);
      await begun.catch(() => undefined);
    }
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
