import {
  type PlaceholderBindings,
  bytesFromText,
  fillPlaceholders,
} from '../../../src/recording/replay/placeholders';
import type { RawAnswer } from './raw-exchange';
import type { RecordedRequest } from './recording';

/** What goes over the wire, with what placeholders stand for. */
export function requestBytes(request: RecordedRequest, bindings: PlaceholderBindings): Buffer {
  const { method, target, version, headers, body = '', body_base64 } = request;
  const content =
    body_base64 === undefined
      ? bytesFromText(fillPlaceholders(body, bindings))
      : Buffer.from(body_base64, 'base64');
  const lines = headers.map(([name, value]) => {
    // Written down with the body's placeholders still in it, and sent with what they stand for.
    const isLength =
      /^content-length$/i.test(name) && value === String(bytesFromText(body).length) && body !== '';
    return `${name}: ${isLength ? String(content.length) : fillPlaceholders(value, bindings)}\r\n`;
  });
  const head = `${method} ${fillPlaceholders(target, bindings)} ${version}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([bytesFromText(head), content]);
}

/** Keeps the id that an answer gives, if it is one that has any. */
export function keepId(name: string, { body }: RawAnswer, names: Map<string, string>): void {
  try {
    const { id } = JSON.parse(body.toString('utf8')) as { id?: unknown };
    if (typeof id === 'string') names.set(name, id);
  } catch {
    // A refusal has no id to keep.
  }
}
