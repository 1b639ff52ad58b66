import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import '../http/context';
import { createSeededRandom, type FaultRule, needsCaller } from './fault-rules';

declare module 'http' {
  interface IncomingMessage {
    /** The fault that hit it, for the journal. */
    injected?: { readonly id: string; readonly name: string | null };
  }
}

export interface InjectedFault extends FaultRule {
  readonly id: string;
  /** Requests still to hit. */
  readonly left: number;
}

/** Each is compared with every request. */
export const maxFaults = 1_000;

export class TooManyFaults extends Error {
  override readonly name = 'TooManyFaults';
  readonly refusal = { kind: 'too-many-faults' };
}

interface Rule {
  readonly fault: FaultRule & { readonly id: string };
  readonly isLate: boolean;
  readonly draw: () => number;
  /** Requests that matched so far. */
  met: number;
  left: number;
}

/** `arrival`: nothing but the request is known; `operation`: its caller and operation, too. */
export type FaultStage = 'arrival' | 'operation';

/** Injected faults, in order of creation. The first one that hits a request is the only one. */
export class FaultRegistry {
  private rules: Rule[] = [];

  /** All or none. @throws TooManyFaults */
  add(rules: readonly FaultRule[]): readonly InjectedFault[] {
    if (this.rules.length + rules.length > maxFaults) throw new TooManyFaults();
    const made = rules.map((rule) => ({
      fault: { id: randomUUID(), ...rule },
      isLate: needsCaller(rule),
      draw: createSeededRandom(rule.seed),
      met: 0,
      left: rule.times,
    }));
    this.rules.push(...made);
    return made.map(shown);
  }

  list(): readonly InjectedFault[] {
    return this.rules.map(shown);
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

  /** Whether the operation stage has rules. */
  get hasLate(): boolean {
    return this.rules.some(({ isLate }) => isLate);
  }

  /** Counts a request against the first fault that hits it. */
  take(req: IncomingMessage, stage: FaultStage): FaultRule | undefined {
    const rule = this.rules.find(
      (one) => one.isLate === (stage === 'operation') && matches(one.fault, req) && isHit(one),
    );
    if (!rule) return undefined;
    rule.left -= 1;
    if (rule.left === 0) this.remove(rule.fault.id);
    req.injected = { id: rule.fault.id, name: rule.fault.name };
    return rule.fault;
  }
}

function shown({ fault, left }: Rule): InjectedFault {
  return { ...fault, left };
}

/** Counts it as a match. */
function isHit(rule: Rule): boolean {
  const { nth, probability } = rule.fault;
  rule.met += 1;
  return rule.met >= nth && (probability === 1 || rule.draw() < probability);
}

function matches(fault: FaultRule, req: IncomingMessage): boolean {
  const { surface, method, target, operation, caller, headers } = req;
  return (
    isOneOf(fault.surface, surface) &&
    isOneOf(fault.method, method) &&
    (fault.path === null || target.path.startsWith(fault.path)) &&
    isOneOf(fault.operation, operation) &&
    isOneOf(fault.project, caller?.projectId) &&
    isOneOf(fault.user, caller?.userId, caller?.userName) &&
    (!fault.expire || headers['x-auth-token'] !== undefined)
  );
}

function isOneOf(wanted: string | null, ...found: readonly (string | null | undefined)[]): boolean {
  return wanted === null || found.includes(wanted);
}
