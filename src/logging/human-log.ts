/** Facts of an event, one beside the other; those that have no value are left out. */
type Event = Readonly<Record<string, unknown>>;

/** Told by the line's own form, or of no use to somebody who looks on. */
const elsewhere = new Set(['level', 'message', 'method', 'path', 'status', 'milliseconds']);

/** An event as one line for people: local time, what happened, and the facts behind it. */
export function humanText(at: Date, event: Event): string {
  const isRequest = event['message'] === 'request' && typeof event['path'] === 'string';
  const what = isRequest ? requestText(event) : text(event['message'], true);
  const left = isRequest ? elsewhere : new Set(['level', 'message']);
  const facts = Object.entries(event)
    .filter(([name, value]) => !left.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${text(value)}`);
  return [clock(at), String(event['level']).padEnd(5), what, ...facts].join(' ');
}

function requestText({ method, path, status, milliseconds }: Event): string {
  return `${text(status)} ${text(method)} ${text(path)} ${text(milliseconds)}ms`;
}

/** Of a client's making, perhaps: what would move a terminal's cursor or end the line is written as an escape. */
function text(value: unknown, isSentence = false): string {
  if (typeof value !== 'string') return value === undefined ? '-' : escaped(value);
  const isPlain = isSentence ? /^[^\p{C}\p{Zl}\p{Zp}]*$/u : /^[^\p{C}\p{Z}"=]+$/u;
  return isPlain.test(value) ? value : escaped(value);
}

function escaped(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function clock(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
