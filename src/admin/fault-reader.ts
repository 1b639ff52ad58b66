import type { Request } from 'express';
import type { ParamSchema } from 'express-validator';
import { requestReader, type ValidatedFields } from '../http/request-reader';
import { HttpFault, type ValidationIssue } from '../http/errors';
import { validationError, throwInvalidRequest } from '../http/schema-parts';
import { connectionCutPoints, type FaultRule } from './fault-rules';

const most = {
  delay: 60_000,
  times: 10_000,
  scenario: 100,
  nth: 1_000_000,
  slow: 10_000_000,
  wrong: 1_000_000,
};

function number(least: number, greatest: number, isWhole = true): ParamSchema {
  return {
    in: ['body'],
    optional: true,
    custom: {
      options: (value: unknown) =>
        typeof value === 'number' &&
        value >= least &&
        value <= greatest &&
        (isWhole ? Number.isInteger(value) : value > 0),
    },
    ...validationError(
      'number',
      `must be a ${isWhole ? 'whole number' : 'number'} from ${String(least)} to ${String(greatest)}`,
    ),
  };
}

function text(isRight: (value: string) => boolean, words: string): ParamSchema {
  return {
    in: ['body'],
    optional: true,
    custom: { options: (value: unknown) => typeof value === 'string' && isRight(value) },
    ...validationError('text', words),
  };
}

const flag: ParamSchema = {
  in: ['body'],
  optional: true,
  custom: { options: (value: unknown) => typeof value === 'boolean' },
  ...validationError('flag', 'must be true or false'),
};

function oneOf(words: readonly string[]): ParamSchema {
  return text((value) => words.includes(value), `must be one of ${words.join(', ')}`);
}

const name = text((value) => value.length > 0 && value.length <= 255, 'must have 1 to 255 characters');

/** What a fault may name: anything else would hit nothing. */
export interface FaultTargets {
  /** The dialects' names. */
  readonly surfaces: readonly string[];
  readonly operations: () => readonly string[];
}

const schemaOf = ({ surfaces, operations }: FaultTargets): Record<keyof FaultRule, ParamSchema> => ({
  name,
  surface: oneOf(surfaces),
  method: text((value) => /^[A-Za-z]{1,20}$/.test(value), 'must be an HTTP method'),
  path: text((value) => /^\/[^?#]{0,2000}$/.test(value), 'must be the beginning of a path'),
  operation: text((value) => operations().includes(value), 'must be an operationId of a contract'),
  project: name,
  user: name,
  nth: number(1, most.nth),
  probability: number(0, 1, false),
  seed: number(0, 2 ** 32 - 1),
  times: number(1, most.times),
  status: number(400, 599),
  delay: number(0, most.delay),
  cut: oneOf(connectionCutPoints),
  reset: flag,
  slow: number(1, most.slow),
  wrongLength: number(-most.wrong, most.wrong),
  job: text((value) => /^[A-Za-z]{1,10}\.\d{1,6}$/.test(value), 'must be an error code such as IMG.0061'),
  lost: flag,
  expire: flag,
});

type FaultReader = (given: unknown) => Promise<FaultRule>;

/**
 * One fault, or a scenario: `{ "faults": [ … ] }`.
 * @returns a reader that throws HttpFault invalid-request, with the issues of all faults
 */
export function createFaultReader(
  targets: FaultTargets,
): (body: unknown) => Promise<{ readonly rules: readonly FaultRule[]; readonly isScenario: boolean }> {
  const read = oneReader(targets);
  return async (body) => {
    if (!isObject(body)) return throwInvalidRequest('body', 'type', 'must be a JSON object');
    if (!('faults' in body)) return { rules: [await read(body)], isScenario: false };
    const { faults } = body;
    if (Object.keys(body).length > 1) throwInvalidRequest('faults', 'alone', 'stands alone');
    if (!Array.isArray(faults) || faults.length === 0 || faults.length > most.scenario) {
      return throwInvalidRequest('faults', 'list', `must be a list of 1 to ${String(most.scenario)} faults`);
    }
    return { rules: await readAll(faults, read), isScenario: true };
  };
}

async function readAll(faults: readonly unknown[], read: FaultReader): Promise<FaultRule[]> {
  const rules: FaultRule[] = [];
  const issues: ValidationIssue[] = [];
  for (const [index, fault] of faults.entries()) {
    try {
      rules.push(await read(fault));
    } catch (error) {
      if (!(error instanceof HttpFault) || error.fault.kind !== 'invalid-request') throw error;
      const place = `faults[${String(index)}]`;
      issues.push(...error.fault.issues.map((issue) => ({ ...issue, path: `${place}.${issue.path}` })));
    }
  }
  if (issues.length > 0) throw new HttpFault({ kind: 'invalid-request', issues });
  return rules;
}

function oneReader(targets: FaultTargets): FaultReader {
  const schema = schemaOf(targets);
  const read = requestReader(schema, ruleOf);
  return async (given) => {
    if (!isObject(given)) return throwInvalidRequest('body', 'type', 'must be a JSON object');
    // A misspelt member would create a fault for unintended requests.
    const unknown = Object.keys(given).find((member) => !(member in schema));
    if (unknown !== undefined) {
      throwInvalidRequest(unknown, 'unknown', `is unknown; known are ${Object.keys(schema).join(', ')}`);
    }
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const rule = await read({ body: present } as Request);
    refuseContradictions(rule);
    return rule;
  };
}

function ruleOf(seen: ValidatedFields): FaultRule {
  const textIn = (member: string): string | null => (seen[member] as string | undefined) ?? null;
  const numberIn = (member: string): number | null => (seen[member] as number | undefined) ?? null;
  return {
    name: textIn('name'),
    surface: textIn('surface'),
    method: textIn('method')?.toUpperCase() ?? null,
    path: textIn('path'),
    operation: textIn('operation'),
    project: textIn('project'),
    user: textIn('user'),
    nth: numberIn('nth') ?? 1,
    probability: numberIn('probability') ?? 1,
    seed: numberIn('seed') ?? Math.floor(Math.random() * 2 ** 32),
    times: numberIn('times') ?? 1,
    status: numberIn('status'),
    delay: numberIn('delay') ?? 0,
    cut: textIn('cut') as FaultRule['cut'],
    reset: seen['reset'] === true,
    slow: numberIn('slow'),
    wrongLength: numberIn('wrongLength'),
    job: textIn('job'),
    lost: seen['lost'] === true,
    expire: seen['expire'] === true,
  };
}

/** What is done, and what its answer looks like, can each be faulty in one way. */
function refuseContradictions(rule: FaultRule): void {
  const { status, delay, cut, reset, slow, wrongLength, job, lost, expire } = rule;
  const done = [status !== null, cut === 'before-work', lost, expire].filter(Boolean).length;
  const shaped = [cut !== null, slow !== null, wrongLength !== null].filter(Boolean).length;
  if (done + shaped === 0 && delay === 0 && job === null) {
    throwInvalidRequest(
      'status',
      'required',
      'it, or delay, cut, slow, wrongLength, job, lost or expire, must be given',
    );
  }
  if (done > 1)
    throwInvalidRequest('status', 'contradiction', 'goes with none of cut before-work, lost and expire');
  if (shaped > 1) throwInvalidRequest('cut', 'contradiction', 'cut, slow and wrongLength exclude each other');
  if (reset && cut === null) throwInvalidRequest('reset', 'contradiction', 'needs cut');
  if (wrongLength === 0) throwInvalidRequest('wrongLength', 'number', 'must not be 0');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
