import type { Statement } from '../../src/storage/database/database';
import { imageIdSql, type Site } from './site';

/** A statement of the gateway with what stands in for its parameters: literals or SQL of pgbench variables. */
export function bound(statement: Statement, values: readonly string[]): string {
  const text = statement.text.replaceAll(
    /\$(\d+)/g,
    (_, place: string) => values[Number(place) - 1] ?? 'null',
  );
  return `${text.trim()};`;
}

export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export function textArray(values: readonly string[]): string {
  return `array[${values.map(literal).join(', ')}]::text[]`;
}

/** A text in which some words stand for SQL. */
export function textWith(value: unknown, known: Readonly<Record<string, string>>): string {
  if (typeof value === 'number' || typeof value === 'boolean') return literal(String(value));
  if (typeof value !== 'string') return 'null';
  if (value === '') return literal('');
  const parts = value.split(/(\{\{\w+\}\})/);
  return parts
    .filter((part) => part !== '')
    .map((part) => (part in known ? `(${known[part] ?? ''})` : literal(part)))
    .join(' || ');
}

/** Any value that `pg` would be given. */
export function sqlOf(value: unknown): string {
  if (Array.isArray(value)) return textArray(value.map(String));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return literal(String(value));
}

/** The image that `:k` names. */
export function imageOf(site: Site): string {
  return imageIdSql(site.images, ':k');
}

/** Each client goes through its own part of a set of images; `:n` counts its turns, `:k` is the place. */
export function walking(first: number, count: number, statements: readonly string[]): string {
  const k = `\\set k ${String(first)} + (:n * :clients + :client_id) % ${String(count)}`;
  return ['\\set n :n + 1', k, ...statements, ''].join('\n');
}
