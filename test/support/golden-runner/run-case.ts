import type { Difference } from '../../../src/recording/replay/compare';
import { differences } from './compare';
import type { Divergence } from './divergences';
import type { PlaceholderBindings } from '../../../src/recording/replay/placeholders';
import type { GoldenGateway } from './principals';
import { exchange, type RawAnswer } from './raw-exchange';
import type { GoldenCase, RecordedRequest, RecordedResponse } from './recording';
import { keepId, requestBytes } from './requests';

export interface Outcome {
  readonly id: string;
  readonly kind: 'exact' | 'diverging' | 'failing';
  /** The divergences that account for the differences. */
  readonly by: readonly string[];
  readonly differences: readonly Difference[];
}

/** Plays one case, see begunCase, and judges every answer. */
export async function runCase(...given: Parameters<typeof begunCase>): Promise<Outcome> {
  return (await begunCase(...given)).outcome;
}

/**
 * Plays one case on an empty store of images and definitions. Every answer is there when this ends, so that the next case may begin.
 * @param instead what the request under test is held against, if not against its own recording (D11)
 * @returns its outcome, which comes once it is known what becomes of the connections
 * @throws Error when the setup fails
 */
export async function begunCase(
  one: GoldenCase,
  { gateway, known }: GoldenGateway,
  divergences: readonly Divergence[],
  instead?: RecordedResponse,
): Promise<{ outcome: Promise<Outcome> }> {
  for (const table of ['images', 'image_owners', 'metadef_namespaces', 'metadef_resource_types']) {
    await gateway.database.query({ text: `delete from ${table}` }, []);
  }
  const names = new Map(known);
  const bindings: PlaceholderBindings = { known: names };
  const play = async (request: RecordedRequest): Promise<RawAnswer> => {
    const answer = await patiently(request, () =>
      exchange(gateway.port, requestBytes(request, bindings), request.method),
    );
    if (request.save !== undefined) keepId(request.save, answer, names);
    return answer;
  };
  for (const { request, expect_status: expected } of one.setup) {
    const { status, body } = await play(request);
    if (status !== expected) throw new Error(`${one.id}: the setup got ${String(status)} ${body.toString()}`);
  }
  const answer = await play(one.request);
  // Whether connections stay open is watched while the next requests are under way.
  const judged = [differences(instead ?? one.response, answer, one.request.method, bindings)];
  for (const { request, response } of one.followups) {
    const later = differences(response, await play(request), request.method, bindings);
    judged.push(later.then((found) => found.map((difference) => ({ ...difference, part: 'state' }))));
  }
  const outcome = Promise.all(judged).then((found) =>
    judge(one.id, found.flat(), divergences, instead !== undefined),
  );
  return { outcome };
}

/**
 * Plays all cases, see begunCase. Watching what becomes of a connection takes longer than a case: the next ones are played
 * meanwhile.
 * @returns their outcomes, which come later; a case that could not be played rejects its own
 */
export async function begunCases(
  cases: readonly GoldenCase[],
  begin: (one: GoldenCase) => ReturnType<typeof begunCase>,
): Promise<ReadonlyMap<GoldenCase, Promise<Outcome>>> {
  const outcomes = new Map<GoldenCase, Promise<Outcome>>();
  for (const one of cases) {
    const begun = begin(one);
    const outcome = begun.then((played) => played.outcome);
    outcomes.set(one, outcome);
    // The test of the case awaits it, too, and reports what went wrong.
    outcome.catch(() => undefined);
    await begun.catch(() => undefined);
  }
  return outcomes;
}

async function patiently({ until }: RecordedRequest, ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (until === undefined || answer.body.includes(until) || tries === 200) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function judge(
  id: string,
  found: readonly Difference[],
  divergences: readonly Divergence[],
  heldElsewhere: boolean,
): Outcome {
  const candidates = divergences.filter((divergence) => divergence.matches(id));
  const excused = (difference: Difference): boolean =>
    candidates.some((divergence) => divergence.parts.includes(difference.part));
  const by = candidates
    .filter((divergence) => found.some(({ part }) => divergence.parts.includes(part)))
    .map((divergence) => divergence.id);
  if (heldElsewhere) by.push('D11');
  if (!found.every(excused)) return { id, kind: 'failing', by, differences: found };
  return { id, kind: by.length === 0 ? 'exact' : 'diverging', by, differences: found };
}

/** What differs, for the message of a failing test. */
export function told({ differences, by }: Outcome): string {
  const lines = differences.map(
    ({ part, recorded, actual }) => `${part}\n  recorded: ${recorded}\n  here:     ${actual}`,
  );
  return `${lines.join('\n')}\n(allowed by: ${by.join(', ') || 'nothing'})`;
}
