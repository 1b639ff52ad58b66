import type { PlaceholderBindings } from '../../../src/recording/replay/placeholders';
import { sortTagsInJson } from '../../../src/recording/replay/sorted-tags';
import type { RawAnswer } from '../../../test/support/golden-runner/raw-exchange';
import type { RecordedResponse } from '../../../test/support/golden-runner/recording';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const moment = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g;

/** The order of tags is that of a hash: recordings have them sorted. */
export function withSortedTags(answer: RawAnswer): RawAnswer {
  const text = answer.body.toString('utf8');
  if (!Buffer.from(text).equals(answer.body)) return answer;
  return { ...answer, body: Buffer.from(sortTagsInJson(text)) };
}

/** An answer as recordings hold it: placeholders stand for what another run has otherwise. */
export async function written(answer: RawAnswer, bindings: PlaceholderBindings): Promise<RecordedResponse> {
  const values = namedValues(bindings);
  const general = (text: string): string => {
    let found = text;
    for (const [name, value] of values) found = found.replaceAll(value, `\${${name}}`);
    return found
      .replace(/req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'req-${REQID}')
      .replace(uuid, '${RANDUUID}')
      .replace(moment, '${TIME}');
  };
  const text = answer.body.toString('utf8');
  const isText = Buffer.from(text).equals(answer.body);
  return {
    version: answer.version,
    status: answer.status,
    reason: answer.reason,
    headers: answer.headers.map(
      ([name, value]) =>
        [name, name.toLowerCase() === 'date' ? '${HTTPDATE}' : general(value)] as [string, string],
    ),
    body: isText ? general(text) : '',
    ...(!isText && { body_base64: answer.body.toString('base64') }),
    connection: await answer.connection,
    ...(answer.interim.length > 0 && { interim: answer.interim }),
  };
}

/** Longest first: the host is part of the base. Tokens are in no answer; the well-known id is in requests, too. */
function namedValues({ known }: PlaceholderBindings): [string, string][] {
  return [...known]
    .filter(([name]) => !name.startsWith('TOKEN:'))
    .flatMap(([name, value]): [string, string][] =>
      name.includes(':') || !/^[0-9a-f-]{36}$/.test(value)
        ? [[name, value]]
        : [
            [name, value],
            [`${name}--`, value.replaceAll('-', '')],
            [`${name}^^`, value.toUpperCase()],
          ],
    )
    .filter(([, value], index, all) => all.findIndex(([, other]) => other === value) === index)
    .sort(([, a], [, b]) => b.length - a.length);
}
