/** Fields of an event; those without a value are omitted. */
type Event = Readonly<Record<string, unknown>>;

/** Shown by the line's own form, or useless to a person watching. */
const omittedFields = new Set(['level', 'message', 'method', 'path', 'status', 'milliseconds']);

/** An event as one line for people: local time, what happened, and the other fields. */
export function formatHumanLogLine(at: Date, event: Event): string {
  const isRequest = event['message'] === 'request' && typeof event['path'] === 'string';
  const what = isRequest ? requestText(event) : text(event['message'], true);
  const left = isRequest ? omittedFields : new Set(['level', 'message']);
  const facts = Object.entries(event)
    .filter(([name, value]) => !left.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${text(value)}`);
  return [clock(at), String(event['level']).padEnd(5), what, ...facts].join(' ');
}

function requestText({ method, path, status, milliseconds }: Event): string {
  return `${text(status)} ${text(method)} ${text(path)} ${text(milliseconds)}ms`;
}

/** May be client input: escapes what would move a terminal's cursor or end the line. */
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
