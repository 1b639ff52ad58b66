import { WholeFloat } from './python-text';

/**
 * JSON with Glance's separators (`", "` and `": "`). A Map is an object whose members keep their order and
 * whose names are never special; members with the value `undefined` are left out.
 */
export function glanceJson(value: unknown, options: { readonly ascii?: boolean } = {}): string {
  const text = write(value);
  // Python escapes everything beyond ASCII in errors, nothing in other answers.
  return options.ascii === true ? text.replace(/[^\0-\x7f]/g, escapeUnit) : text;
}

/** JSON in this form that is written already. */
export class SerializedJson {
  constructor(readonly text: string) {}
}

function write(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof WholeFloat) return value.toString();
  if (value instanceof SerializedJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (value instanceof Map) return members(value as Map<string, unknown>);
  return members(Object.entries(value));
}

function members(entries: Iterable<readonly [string, unknown]>): string {
  let text = '';
  for (const [name, value] of entries) {
    if (value !== undefined) text += `${text === '' ? '' : ', '}${JSON.stringify(name)}: ${write(value)}`;
  }
  return `{${text}}`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
