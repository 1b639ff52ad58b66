import type { Client } from 'pg';
import { differences } from '../../../test/support/golden-runner/compare';
import type { PlaceholderBindings } from '../../../src/recording/replay/placeholders';
import { exchange, type RawAnswer } from '../../../test/support/golden-runner/raw-exchange';
import type {
  GoldenCase,
  RecordedRequest,
  RecordedResponse,
} from '../../../test/support/golden-runner/recording';
import { keepId, requestBytes } from '../../../test/support/golden-runner/requests';
import { withSortedTags, written } from './written';

/** A case without what was answered. */
export interface Question {
  readonly id: string;
  readonly description: string;
  readonly setup: GoldenCase['setup'];
  readonly request: RecordedRequest;
  readonly followups: readonly { readonly request: RecordedRequest }[];
}

export interface Played {
  /** Of the request under test, then of each that follows. */
  readonly answers: readonly { readonly method: string; readonly answer: RawAnswer }[];
  readonly bindings: PlaceholderBindings;
}

/**
 * Plays a case on a Glance without images.
 * @throws Error when a request of the setup is answered otherwise than it must be
 */
export async function play(
  one: Question,
  port: number,
  known: ReadonlyMap<string, string>,
  database: Client,
): Promise<Played> {
  await database.query('truncate images cascade');
  const names = new Map(known);
  const bindings: PlaceholderBindings = { known: names };
  const send = async (request: RecordedRequest): Promise<RawAnswer> => {
    const answer = await exchange(port, requestBytes(request, bindings), request.method);
    if (request.save !== undefined) keepId(request.save, answer, names);
    return withSortedTags(answer);
  };
  for (const { request, expect_status: expected } of one.setup) {
    const { status, body } = await send(request);
    if (status !== expected) throw new Error(`${one.id}: the setup got ${String(status)} ${body.toString()}`);
  }
  const answers = [{ method: one.request.method, answer: await send(one.request) }];
  for (const { request } of one.followups) {
    answers.push({ method: request.method, answer: await send(request) });
  }
  return { answers, bindings };
}

/** Those answers that are not the recorded ones, by their place: 0 is the request under test. */
export async function changed(
  recorded: readonly RecordedResponse[],
  { answers, bindings }: Played,
): Promise<Record<string, RecordedResponse>> {
  const found: Record<string, RecordedResponse> = {};
  for (const [index, { method, answer }] of answers.entries()) {
    const before = recorded[index];
    if (before && (await differences(before, answer, method, bindings)).length === 0) continue;
    found[String(index)] = await written(answer, bindings);
  }
  return found;
}
