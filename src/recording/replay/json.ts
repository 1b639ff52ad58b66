import type { RecordedBody } from '../exchange';

/** Its members may be anything: what another service sent is read step by step. */
export type Json = Readonly<Record<string, unknown>>;

/** undefined for what is no JSON */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns null for an empty string, too */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function jsonOf(message: RecordedBody | null): Json {
  return objectOf(parseJson(message?.body));
}

/** @param names of the members, from the outermost */
export function memberOf(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => objectOf(found)[name], value);
}
