import { compareAnswers, type Difference, type ComparedPart } from '../../../src/recording/replay/compare';
import { type PlaceholderBindings, matchesRecordedText } from '../../../src/recording/replay/placeholders';
import type { RawAnswer } from './raw-exchange';
import type { RecordedResponse } from './recording';

/** Where an answer is not the recorded one. */
export async function differences(
  recorded: RecordedResponse,
  actual: RawAnswer,
  method: string,
  bindings: PlaceholderBindings,
): Promise<Difference[]> {
  const found = compareAnswers(
    { ...recorded, text: bodyText(recorded) },
    { ...actual, text: actual.body.toString('utf8'), bytes: actual.body.length },
    // Divergence D24: Glance has no ETag.
    { method, bindings, isCompared: (header) => header !== 'etag' },
  );
  const compare = (part: ComparedPart, before: string, after: string): void => {
    if (!matchesRecordedText(before, after, bindings)) found.push({ part, recorded: before, actual: after });
  };
  compare('connection', recorded.connection, await actual.connection);
  compare('connection', (recorded.interim ?? []).join(), actual.interim.join());
  return found;
}

function bodyText({ body, body_base64 }: RecordedResponse): string {
  return body_base64 === undefined ? body : Buffer.from(body_base64, 'base64').toString('utf8');
}
