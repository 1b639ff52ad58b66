import { pageError } from '../errors/page-error';
import { isJsonObject } from '../python/json-schema';
import { SerializedJson } from '../python/json-text';
import { pythonRepr, pythonStr, WholeFloat } from '../python/python-text';

/**
 * Types of values as Glance has them beside its schemas: a value is shown with the members of its type, in their order.
 * What a schema lets through and a type does not is 500 in Glance, and 400 here (divergence D31).
 */
export type ValueType =
  | 'text'
  | 'bytes'
  | 'int'
  | 'bool'
  | { readonly listOf: ValueType }
  | { readonly dictOf: ValueType }
  | FieldTypes;

/** A name with `!` must be there. */
export interface FieldTypes {
  readonly members: Readonly<Record<string, ValueType>>;
}

export type FieldValues = ReadonlyMap<string, unknown>;

/** @throws PageError 400 */
export function readFieldValues({ members }: FieldTypes, value: unknown, name: string): FieldValues {
  if (!isJsonObject(value)) throw invalid(name, 'it is no object');
  const types = new Map(Object.entries(members).map(([key, type]) => [key.replace('!', ''), { key, type }]));
  const unknown = [...value.keys()].filter((key) => !types.has(key));
  if (unknown.length > 0)
    throw invalid(name, `${unknown.map((key) => pythonRepr(key)).join(', ')} is unknown`);
  const made = new Map<string, unknown>();
  for (const [key, { key: written, type }] of types) {
    if (value.has(key)) made.set(key, readValue(type, value.get(key), key));
    else if (written.endsWith('!')) throw invalid(key, 'it is missing');
  }
  return made;
}

function readValue(type: ValueType, value: unknown, name: string): unknown {
  if (type === 'bytes') return bytesOf(value);
  if (value === null) return null;
  if (type === 'text') return typeof value === 'string' ? value : refuse(name, 'it is no text');
  if (type === 'int') return wholeNumber(value, name);
  if (type === 'bool') return booleanOf(value, name);
  if ('members' in type) return readFieldValues(type, value, name);
  if ('listOf' in type) {
    if (!Array.isArray(value)) throw invalid(name, 'it is no list');
    return value.map((item) => readValue(type.listOf, item, name));
  }
  if (!isJsonObject(value)) throw invalid(name, 'it is no object');
  return new Map([...value].map(([key, item]) => [key, readValue(type.dictOf, item, key)]));
}

const ascii = /^[\0-\x7f]*$/;

/** A default may be of any type and is kept as text, if it is ASCII. */
function bytesOf(value: unknown): string | null {
  if (value === null || Array.isArray(value) || isJsonObject(value)) return null;
  const text = pythonStr(value);
  if (ascii.test(text)) return text;
  throw pageError(
    400,
    'Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance',
  );
}

/** Fractions are cut off. */
function wholeNumber(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return new SerializedJson(value.toString());
  const number = value instanceof WholeFloat ? value.valueOf() : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return refuse(name, 'it is no number');
  const whole = Math.trunc(number) + 0;
  return Number.isSafeInteger(whole) ? whole : new SerializedJson(BigInt(whole).toString());
}

export const trueValues: readonly unknown[] = ['true', 't', 'yes', 'y', 'on', '1'];
const falseWords: readonly unknown[] = ['false', 'f', 'no', 'n', 'off', '0'];

function booleanOf(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return value != 0;
  if (trueValues.includes(value)) return true;
  if (falseWords.includes(value)) return false;
  return refuse(name, 'it is neither true nor false');
}

function refuse(name: string, why: string): never {
  throw invalid(name, why);
}

function invalid(name: string, why: string): Error {
  return pageError(400, `Invalid input for field/attribute ${name}: ${why}.`);
}
