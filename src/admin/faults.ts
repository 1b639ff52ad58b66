import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler } from 'express';
import { HttpFault } from '../http/errors';
import '../http/context';

/** Which requests are hit, and how. Null or absent members match every request. */
export interface FaultRule {
  readonly surface: string | null;
  readonly method: string | null;
  /** Prefix of the normalised path. */
  readonly path: string | null;
  /** 400 to 599; null: the request is only delayed. */
  readonly status: number | null;
  /** milliseconds */
  readonly delay: number;
  /** Error code with which the job of the request ends; null: no job is hit. */
  readonly job: string | null;
  /** Number of requests to hit. */
  readonly times: number;
}

export interface SetFault extends FaultRule {
  readonly id: string;
  /** Requests still to hit. */
  readonly left: number;
}

/** Injected faults, in order of creation. The first match hits a request. */
export class Faults {
  private rules: { readonly fault: FaultRule & { readonly id: string }; left: number }[] = [];

  add(rule: FaultRule): SetFault {
    const fault = { id: randomUUID(), ...rule };
    this.rules.push({ fault, left: rule.times });
    return { ...fault, left: rule.times };
  }

  list(): readonly SetFault[] {
    return this.rules.map(({ fault, left }) => ({ ...fault, left }));
  }

  /** @returns false if there is no such fault, or it is used up */
  remove(id: string): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter(({ fault }) => fault.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  /** Counts a request against the first fault that matches it. */
  take(req: Request): FaultRule | undefined {
    const rule = this.rules.find(({ fault }) => matches(fault, req));
    if (!rule) return undefined;
    rule.left -= 1;
    if (rule.left === 0) this.remove(rule.fault.id);
    return rule.fault;
  }
}

function matches({ surface, method, path }: FaultRule, req: Request): boolean {
  return (
    (surface === null || surface === req.surface) &&
    (method === null || method === req.method) &&
    (path === null || req.target.path.startsWith(path))
  );
}

/** Runs before each dialect's routes, so that the dialect's own renderer answers what is thrown here. */
export function injectFaults(faults: Faults): RequestHandler {
  return async (req, _res, next) => {
    const fault = faults.take(req);
    if (fault && fault.delay > 0) await sleep(fault.delay, undefined, { ref: false });
    if (fault && fault.job !== null) req.jobFailure = fault.job;
    if (fault && fault.status !== null) throw new HttpFault({ kind: 'injected', status: fault.status });
    next();
  };
}
