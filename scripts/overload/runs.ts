import { Connection, type Outcome } from './connection';

/** What became of the requests of one run; times in ms. */
export interface Curve {
  readonly offered: number;
  readonly served: Spread;
  /** 503 with Retry-After. */
  readonly refused: Spread;
  /** Anything else, and how often: no answer, another status, a 503 without Retry-After. */
  readonly failed: Readonly<Record<string, number>>;
  /** Due while every connection waited for an answer: never sent. */
  readonly unsent: number;
  /** How late the others went out, because the sender was slow. */
  readonly late: Spread;
}

export interface Spread {
  readonly count: number;
  readonly median: number;
  /** Of a hundred, the slowest but one. */
  readonly p99: number;
  readonly longest: number;
}

/** What is sent where. */
export interface Target {
  readonly port: number;
  /** Connections at most: a client of the real world has few, and a sender has descriptors for some thousand. */
  readonly connections: number;
  /** The bytes of request number so and so. */
  request(number: number): string;
}

/** Longer (ms) than the gateway lets any request wait. */
const timeoutMs = 20_000;

class Tally {
  offered = 0;
  unsent = 0;
  readonly served: number[] = [];
  readonly refused: number[] = [];
  readonly late: number[] = [];
  private readonly failed = new Map<string, number>();

  add({ status, retryAfter, fault }: Outcome, took: number): void {
    if (status >= 200 && status < 300) this.served.push(took);
    else if (status === 503 && retryAfter) this.refused.push(took);
    else this.fail(fault ?? `answered ${String(status)}`);
  }

  fail(reason: string): void {
    this.failed.set(reason, (this.failed.get(reason) ?? 0) + 1);
  }

  get curve(): Curve {
    const { offered, unsent, served, refused, late, failed } = this;
    return {
      offered,
      unsent,
      served: spreadOf(served),
      refused: spreadOf(refused),
      failed: Object.fromEntries(failed),
      late: spreadOf(late),
    };
  }
}

function spreadOf(times: number[]): Spread {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, median: at(0.5), p99: at(0.99), longest: sorted.at(-1) ?? 0 };
}

/** Connections that wait for something to ask, opened when they are needed. */
class Connections {
  private readonly idle: Connection[] = [];
  private readonly open = new Set<Connection>();

  constructor(private readonly target: Target) {}

  /** Undefined: as many as there may be are waiting for answers. */
  take(): Connection | undefined {
    for (let found = this.idle.pop(); found; found = this.idle.pop()) {
      if (found.usable) return found;
      this.open.delete(found);
    }
    if (this.open.size >= this.target.connections) return undefined;
    const made = new Connection(this.target.port);
    this.open.add(made);
    return made;
  }

  giveBack(connection: Connection): void {
    if (connection.usable) this.idle.push(connection);
    else this.open.delete(connection);
  }

  close(): void {
    for (const connection of this.open) connection.close();
  }
}

/** Numbers go on from run to run, so that no request comes twice. */
let asked = 0;

/**
 * Sends `rate` requests a second for so many ms, whether the ones before are answered or not: clients of the real
 * world do not wait for each other. A request's time runs from when it was due.
 */
export async function openLoop(target: Target, rate: number, milliseconds: number): Promise<Curve> {
  const connections = new Connections(target);
  const tally = new Tally();
  const total = Math.floor((rate * milliseconds) / 1000);
  const begun = performance.now();
  let answered = 0;
  const ask = (connection: Connection, due: number): void => {
    tally.late.push(performance.now() - due);
    connection.ask(target.request(asked++), (outcome) => {
      tally.add(outcome, performance.now() - due);
      answered++;
      connections.giveBack(connection);
    });
  };
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - begun;
      const due = Math.min(total, Math.floor((passed / 1000) * rate));
      for (; tally.offered < due; tally.offered++) {
        const connection = connections.take();
        if (connection) ask(connection, begun + (tally.offered / rate) * 1000);
        else tally.unsent++;
      }
      const isOver = tally.offered === total && answered + tally.unsent === total;
      if (!isOver && passed < milliseconds + timeoutMs) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  for (let counted = answered + tally.unsent; counted < total; counted++) tally.fail('no answer within 20 s');
  connections.close();
  return tally.curve;
}

/** What so many clients get who wait for each answer. */
export async function closedLoop(target: Target, clients: number, milliseconds: number): Promise<Curve> {
  const tally = new Tally();
  const end = performance.now() + milliseconds;
  const client = async (): Promise<void> => {
    const connection = new Connection(target.port);
    while (connection.usable && performance.now() < end) {
      const begun = performance.now();
      tally.offered++;
      const outcome = await new Promise<Outcome>((resolve) => {
        connection.ask(target.request(asked++), resolve);
      });
      tally.add(outcome, performance.now() - begun);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return tally.curve;
}
