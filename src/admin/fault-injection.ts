import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { HttpFault } from '../http/errors';
import { cutConnection, applyFaultEffect } from './fault-effects';
import type { FaultRule } from './fault-rules';
import type { FaultRegistry } from './faults';

type Run = () => void | Promise<void>;

/** What faults need of the rest of the gateway. */
export interface FaultDeps {
  /** Runs the work without keeping what it changes. */
  dryRun(work: Run): Promise<void>;
  /** Ends it before its time, as time would. */
  expireToken(token: string): Promise<void>;
}

/**
 * Runs before each dialect's routes, so that the dialect's own renderer answers what is thrown here. Faults that need
 * to know the caller or the operation wait until the operation is about to run.
 */
export function injectFaults(faults: FaultRegistry, means: FaultDeps): RequestHandler {
  return async (req, res, next) => {
    const fault = faults.take(req, 'arrival');
    if (fault && !(await isLetThrough(fault, req, res))) return;
    if (!fault && faults.hasLate) {
      req.around = async (run) => {
        const late = faults.take(req, 'operation');
        if (!late) await run();
        else if (await isLetThrough(late, req, res)) await runUnder(late, req, run, means);
      };
    }
    next();
  };
}

/** @throws HttpFault injected */
async function isLetThrough(fault: FaultRule, req: Request, res: Response): Promise<boolean> {
  if (fault.delay > 0) await sleep(fault.delay, undefined, { ref: false });
  if (fault.cut === 'before-work') {
    cutConnection(req, fault.reset);
    return false;
  }
  if (fault.job !== null) req.jobFailure = fault.job;
  applyFaultEffect(res, fault);
  if (fault.status !== null) throw new HttpFault({ kind: 'injected', status: fault.status });
  return true;
}

async function runUnder(fault: FaultRule, req: Request, run: Run, means: FaultDeps): Promise<void> {
  if (fault.expire) {
    await means.expireToken(String(req.headers['x-auth-token']));
    throw new HttpFault({ kind: 'unauthenticated', fact: 'token-expired' });
  }
  await (fault.lost ? means.dryRun(run) : run());
}
