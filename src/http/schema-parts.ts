import type { ParamSchema } from 'express-validator';
import { HttpFault } from './errors';

/** An `errorMessage` that carries the code which the dialect's renderer answers with. */
export function issue(code: string, message: string): { errorMessage: { code: string; message: string } } {
  return { errorMessage: { code, message } };
}

/** For what a schema cannot say. @throws HttpFault invalid-request */
export function refuseRequest(path: string, code: string, message = ''): never {
  throw new HttpFault({ kind: 'invalid-request', issues: [{ path, code, message }] });
}

/** Null is taken for absent: several languages write an empty member so. */
export const optional = { options: { values: 'null' } } as const;

/**
 * A list of `least` to `most` objects. Readers check it before they look at entries (`list.*.key`), so that a list
 * of a hundred thousand costs nothing.
 */
export function listOfObjects(most: number, fault: ReturnType<typeof issue>, least = 1): ParamSchema {
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

type Coded = ReturnType<typeof issue>;

/** What is told of an entry's text that is not there, and of one that is none; null: it may be left out. */
export interface TextRule {
  readonly absent: Coded | null;
  readonly notText: Coded;
}

/**
 * Entries with texts in them; the first fault is told, of the first member in any entry before that of the second.
 * One check of the whole list: `list.*.key` runs a chain for each entry, which for ten pairs took longer than to
 * store them.
 */
export function listOfTexts(rules: Readonly<Record<string, TextRule>>): ParamSchema {
  const faultOf = (list: unknown): Coded | undefined => {
    for (const [member, rule] of Object.entries(rules)) {
      const found = (list as Record<string, unknown>[]).map((entry) => textFault(entry[member], rule));
      const fault = found.find((one) => one !== undefined);
      if (fault) return fault;
    }
    return undefined;
  };
  return {
    in: ['body'],
    custom: {
      options: (list: unknown) => faultOf(list) === undefined,
      errorMessage: (list: unknown) => faultOf(list)?.errorMessage,
    },
  };
}

function textFault(value: unknown, { absent, notText }: TextRule): Coded | undefined {
  if (value === undefined || value === null) return absent ?? undefined;
  return typeof value === 'string' ? undefined : notText;
}
