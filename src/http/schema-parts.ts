import type { Meta, ParamSchema } from 'express-validator';
import { HttpFault } from './errors';

/** An `errorMessage` with the code for the dialect's renderer. */
export function validationError(
  code: string,
  message: string,
): { errorMessage: { code: string; message: string } } {
  return { errorMessage: { code, message } };
}

/** For checks beyond a schema. @throws HttpFault invalid-request */
export function throwInvalidRequest(path: string, code: string, message = ''): never {
  throw new HttpFault({ kind: 'invalid-request', issues: [{ path, code, message }] });
}

/** Null counts as absent: several languages serialise an empty member so. */
export const optionalRule = { options: { values: 'null' } } as const;

/**
 * A list of `least` to `most` objects. Checked before its entries (`list.*.key`), so that a list
 * of a hundred thousand costs nothing.
 */
export function objectListSchema(
  most: number,
  fault: ReturnType<typeof validationError>,
  least = 1,
): ParamSchema {
  return {
    in: ['body'],
    isArray: { options: { min: least, max: most }, bail: true, ...fault },
    custom: { options: areObjects, ...fault },
  };
}

function areObjects(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.every((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
  );
}

type Coded = ReturnType<typeof validationError>;

/** Issues of a missing text, and of one that is not a text; null: it is optional. */
export interface TextRule {
  readonly absent: Coded | null;
  readonly notText: Coded;
}

type TextRules = Readonly<Record<string, TextRule>>;

/**
 * A list of 1 to `most` objects with texts; reports the first fault, the first member of all entries before the
 * second. One check of the whole list: `list.*.key` runs a chain per entry, which for ten pairs took longer than
 * storing them.
 * @param shape the issue of any other value
 * @param rulesOf given the body, whose other members are not checked yet
 */
export function textListSchema(
  most: number,
  shape: Coded,
  rulesOf: (body: unknown) => TextRules,
): ParamSchema {
  const faultOf = (list: unknown, { req }: Meta): Coded | undefined =>
    areObjects(list) ? entryFault(list as Entry[], rulesOf(req['body'])) : shape;
  return {
    in: ['body'],
    isArray: { options: { min: 1, max: most }, bail: true, ...shape },
    custom: {
      options: (list: unknown, meta) => faultOf(list, meta) === undefined,
      errorMessage: (list: unknown, meta: Meta) => faultOf(list, meta)?.errorMessage,
    },
  };
}

type Entry = Readonly<Record<string, unknown>>;

function entryFault(list: readonly Entry[], rules: TextRules): Coded | undefined {
  for (const [member, rule] of Object.entries(rules)) {
    for (const entry of list) {
      const fault = textFault(entry[member], rule);
      if (fault) return fault;
    }
  }
  return undefined;
}

function textFault(value: unknown, { absent, notText }: TextRule): Coded | undefined {
  if (value === undefined || value === null) return absent ?? undefined;
  return typeof value === 'string' ? undefined : notText;
}
