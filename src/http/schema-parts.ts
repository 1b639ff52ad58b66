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
