import type { Request } from 'express';
import { isStorableText } from '../../core/tag';
import { HttpFault } from '../../http/errors';
import type { Attributes, Json } from '../../identity/entity-ports';

/** What a member must be; the text is the client's error message. */
export interface FieldType {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';

export const textField: FieldType = { name: "not of type 'string'", holds: isText };
export const textOrNullField: FieldType = {
  name: "not of type 'string', 'null'",
  holds: (value) => value === null || isText(value),
};
export const booleanField: FieldType = {
  name: "not of type 'boolean'",
  holds: (value) => typeof value === 'boolean',
};
export const objectField: FieldType = { name: "not of type 'object'", holds: isObject };
export const nameField = sized(255);
export const shortNameField = sized(64);
/** Blanks, too. */
export const requiredTextField = textOf(1, 255);
export const shortTextField = textOf(0, 255);
export const regionIdField = nullableField(requiredTextField);
export const idField: FieldType = {
  name: 'does not match an id',
  holds: (value) => isText(value) && /^[0-9A-Za-z_-]{1,64}$/.test(value),
};
export const idOrNullField: FieldType = {
  ...idField,
  holds: (value) => value === null || idField.holds(value),
};
export const integerField: FieldType = {
  name: "not of type 'integer'",
  holds: (value) => Number.isInteger(value) && Number(value) >= -1 && Number(value) <= 0x7fffffff,
};
export const tagListField: FieldType = {
  name: 'not a list of at most 80 tags',
  holds: (value) =>
    Array.isArray(value) && value.length <= 80 && isDistinct(value) && value.every(isProjectTag),
};
export const urlField: FieldType = {
  name: 'not a URL',
  holds: (value) => isText(value) && /^[a-zA-Z0-9+.-]+:.+$/.test(value) && value.length <= 225,
};

export function nullableField({ name, holds }: FieldType): FieldType {
  return { name: `${name} or null`, holds: (value) => value === null || holds(value) };
}

/** Options with these names. */
export function optionsField(...names: string[]): FieldType {
  const isValue = (value: unknown): boolean =>
    value === null || typeof value === 'boolean' || Array.isArray(value);
  const holds = (value: unknown): boolean =>
    isObject(value) && Object.entries(value).every(([name, one]) => names.includes(name) && isValue(one));
  return { name: `not options out of ${names.join(', ')}`, holds };
}

export function oneOfField(...words: string[]): FieldType {
  const holds = (value: unknown): boolean => words.includes(value as string);
  return { name: `not one of ${words.map((word) => `'${word}'`).join(', ')}`, holds };
}

export interface BodyForm {
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly required?: readonly string[];
  /** Nothing but these fields. */
  readonly closed?: true;
  /** A change of nothing is one. */
  readonly mayBeEmpty?: true;
}

/** The one member of the body, by its form. @throws HttpFault invalid-request */
export function readEntityAttributes(
  req: Request,
  member: string,
  form: BodyForm,
  change = false,
): Attributes {
  return readAttributes(readBodyMember(req, member) ?? {}, form, change);
}

export function readBodyMember(req: Request, member: string): unknown {
  return (req.body as Readonly<Record<string, unknown>>)[member];
}

export function readAttributes(part: unknown, form: BodyForm, change = false): Attributes {
  if (!isObject(part)) throw invalidBody("Invalid input: not of type 'object'");
  const absent = change ? undefined : form.required?.find((field) => !Object.hasOwn(part, field));
  if (absent !== undefined) throw invalidBody(`'${absent}' is a required property`);
  for (const [field, value] of Object.entries(part)) {
    const type = Object.hasOwn(form.fields, field) ? form.fields[field] : undefined;
    if (!type && form.closed)
      throw invalidBody(`Additional properties are not allowed ('${field}' was unexpected)`);
    if (type && !type.holds(value)) throw invalidBody(`Invalid input for field '${field}': ${type.name}`);
  }
  if (change && form.mayBeEmpty !== true && Object.keys(part).length === 0)
    throw invalidBody('{} does not have enough properties');
  if (!isKeepable(part)) throw invalidBody('Invalid input: a text holds NUL or an unpaired surrogate.');
  return part;
}

export function isProjectTag(value: unknown): boolean {
  return isText(value) && value.length >= 1 && value.length <= 255 && !/[,/]/.test(value);
}

export function invalidBody(message: string): HttpFault {
  return new HttpFault({ kind: 'invalid-request', issues: [{ path: '', code: 'form', message }] });
}

function textOf(least: number, most: number): FieldType {
  const holds = (value: unknown): boolean => isText(value) && value.length >= least && value.length <= most;
  return { name: `not a text of ${String(least)} to ${String(most)} characters`, holds };
}

function sized(most: number): FieldType {
  const holds = (value: unknown): boolean => isText(value) && value.trim() !== '' && value.length <= most;
  return { name: `not a name of 1 to ${String(most)} characters`, holds };
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every text in it, names of members too, can be stored, and it is not too deep. */
function isKeepable(value: unknown, depth = 0): boolean {
  if (isText(value)) return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth < 20 &&
    Object.entries(value).every(([key, one]) => isStorableText(key) && isKeepable(one, depth + 1))
  );
}
