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

export function objectOrEmpty(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function listOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns null for an empty string, too */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function bodyAsJson(message: RecordedBody | null): Json {
  return objectOrEmpty(parseJson(message?.body));
}

/** @param names of the members, from the outermost */
export function jsonMemberAt(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => objectOrEmpty(found)[name], value);
}
