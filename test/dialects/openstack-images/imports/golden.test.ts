import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDivergences } from '../../../support/golden-runner/divergences';
import { type GoldenGateway, startGoldenGateway } from '../../../support/golden-runner/principals';
import { readRecording } from '../../../support/golden-runner/recording';
import { type Outcome, runCase, told } from '../../../support/golden-runner/run-case';
import { outcomeTable, unspaced } from '../../../support/golden-runner/table';

const divergences = readDivergences();
const coverage = readFileSync(join(__dirname, '../../../../docs/coverage.md'), 'utf8');

describe.each([
  { name: 'imports, tasks and the cache', recording: readRecording('glance-imports'), env: {} },
  {
    name: 'a store with a name',
    recording: readRecording('glance-stores'),
    env: { TAGWAY_IMAGE_STORE: 'fast' },
  },
])('as recorded: $name', ({ recording, env }) => {
  const outcomes: Outcome[] = [];
  let golden: GoldenGateway;
  beforeAll(async () => {
    golden = await startGoldenGateway({
      ...env,
      // As Glance's: any host on the usual ports.
      TAGWAY_IMPORT_HOSTS: '*',
      TAGWAY_IMPORT_NETWORKS: '127.0.0.0/8',
    });
  });
  afterAll(() => golden.gateway.close());

  test.each(recording.cases)('$id: $description', async (one) => {
    const outcome = await runCase(one, golden, divergences);
    outcomes.push(outcome);
    if (outcome.kind === 'failing') throw new Error(told(outcome));
  });

  test('the counts are those that are kept', () => {
    console.log(`Glance's answers, ${recording.set}:\n${outcomeTable(outcomes)}`);
    expect(unspaced(coverage)).toContain(unspaced(outcomeTable(outcomes)));
  });
});
