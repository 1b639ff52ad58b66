import Ajv, { type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Request } from 'express';
import { HttpFault, type ValidationIssue } from '../../http/errors';

/** Issues in one answer. */
const mostIssues = 20;

/** RFC 3339 in UTC, of whole seconds or with up to six decimals. */
const momentShape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;

/** A schema whose valid values are of the type. */
export type JSONSchema<Value> = AnySchemaObject & { readonly ofType?: Value };

let ajv: Ajv | undefined;

/** Compiled with the first request that needs it: all of them together take a tenth of a start. */
function validatorOf<Value>(schema: JSONSchema<Value>): () => ValidateFunction<Value> {
  let validate: ValidateFunction<Value> | undefined;
  return () => {
    ajv ??= new Ajv({ allErrors: true, verbose: true, strict: false, formats: { moment: isMoment } });
    return (validate ??= ajv.compile<Value>(schema));
  };
}

/** A reader of JSON bodies. @throws HttpFault invalid-request (from the reader), with a pointer for each fault */
export function bodyReader<Body>(schema: JSONSchema<Body>): (req: Request) => Body {
  const validator = validatorOf(schema);
  return (req) => {
    const validate = validator();
    const body: unknown = req.body;
    if (!validate(body)) refuse('body', validate.errors ?? []);
    return body;
  };
}

/** A reader of query strings; each parameter may be there once. */
export function queryReader<Query>(schema: JSONSchema<Query>): (req: Request) => Query {
  const validator = validatorOf(schema);
  return ({ target }) => {
    const validate = validator();
    const query: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const { name, value } of target.query) {
      if (name in query)
        throw invalidRequest([{ path: jsonPointer(name), code: 'query', message: 'Once at most.' }]);
      query[name] = value;
    }
    const given: unknown = { ...query };
    if (!validate(given)) refuse('query', validate.errors ?? []);
    return given;
  };
}

/** The moment as the core has it, with six decimals. */
export function parseMoment(moment: string): string {
  const [, seconds = '', decimals = ''] = momentShape.exec(moment) ?? [];
  return `${seconds}.${decimals.padEnd(6, '0')}Z`;
}

export function invalidRequest(issues: readonly ValidationIssue[]): HttpFault {
  return new HttpFault({ kind: 'invalid-request', issues: issues.slice(0, mostIssues) });
}

/** RFC 6901 */
export function jsonPointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function refuse(where: 'body' | 'query', errors: readonly ErrorObject[]): never {
  throw invalidRequest(errors.slice(0, mostIssues).map((error) => issueOf(where, error)));
}

function issueOf(where: string, error: ErrorObject): ValidationIssue {
  const { instancePath, keyword, params } = error;
  const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
  const name = keyword === 'additionalProperties' ? additionalProperty : missingProperty;
  const path = name === undefined ? instancePath : instancePath + jsonPointer(name);
  return { path, code: where, message: wordsOf(error) };
}

function wordsOf({ keyword, params, parentSchema, message = 'is not valid' }: ErrorObject): string {
  if (keyword === 'enum') return `It must be one of ${(params['allowedValues'] as string[]).join(', ')}.`;
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
    return known.length > 0 ? `It is unknown; known are ${known.join(', ')}.` : 'Nothing is expected here.';
  }
  if (keyword === 'required') return 'It is missing.';
  if (keyword === 'format') return 'It must be a moment such as 2026-11-27T02:12:43.123456Z.';
  return `It ${message}.`;
}

function isMoment(text: string): boolean {
  const [, seconds] = momentShape.exec(text) ?? [];
  // JavaScript turns a day that does not exist into another day, or into an invalid date.
  return seconds !== undefined && !Number.isNaN(Date.parse(`${seconds}Z`)) && isSame(seconds);
}

function isSame(seconds: string): boolean {
  return new Date(`${seconds}Z`).toISOString().startsWith(seconds);
}
