import type { ClientConfig } from 'pg';
import type { Gateway } from '../../../src/composition/gateway-deps';
import { type DialectName, dialectNames } from '../contracts/contracts';
import { Random } from '../random';
import { fuzzedOperations, type FuzzedOperation } from './operations';
import { RawClient, type HeardAnswer } from './raw-client';
import { type FuzzRequest, fuzzRequest } from './requests';
import { SeenState } from './state';
import { World } from './world';

export interface CampaignOptions {
  readonly gateway: Gateway;
  readonly port: number;
  /** Of the gateway's database. */
  readonly connection: ClientConfig;
  readonly seed: number;
  readonly requests: number;
  /** Number of the first. */
  readonly from?: number;
  readonly dialects?: readonly DialectName[];
  /** Asked before each request: whether to end with what there is. */
  readonly isOver?: () => boolean;
  /** Told now and then, and of each violation when it is met. */
  readonly progress?: (done: number, violation?: string) => void;
  /** Answers that broke their contract, as the gateway's tally has them. */
  readonly contractFaults?: () => readonly string[];
}

export interface CampaignResult {
  /** Answers by dialect and status. */
  readonly counts: Readonly<Record<DialectName, Map<number, number>>>;
  readonly violations: readonly string[];
  /** ms of the answer that took longest */
  readonly slowest: number;
}

/** Requests after which everything is made anew. */
const round = 250;
/** From here on there is nothing to learn. */
const mostViolations = 20;

/**
 * Sends requests that are made from the contracts, and hurt, one after the other. Held against each: there is one
 * answer, in time, with a status below 500, and what is refused has changed nothing in the database.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const campaign = new Campaign(options, await World.of(options.gateway, options.port));
  try {
    return await campaign.run();
  } finally {
    await campaign.close();
  }
}

class Campaign {
  private readonly client: RawClient;
  private readonly state: SeenState;
  private readonly counts: Record<DialectName, Map<number, number>>;
  private readonly violations: string[] = [];
  private slowest = 0;
  /** undefined: something may have changed since it was taken */
  private before: string | undefined;

  constructor(
    private readonly options: CampaignOptions,
    private readonly world: World,
  ) {
    this.client = new RawClient(options.port);
    this.state = new SeenState(options.connection);
    this.counts = Object.fromEntries(
      dialectNames.map((name) => [name, new Map<number, number>()]),
    ) as typeof this.counts;
  }

  async run(): Promise<CampaignResult> {
    const { dialects = dialectNames, requests, from = 0, seed, progress, isOver } = this.options;
    const operations = dialects.map((name) => fuzzedOperations(name));
    await this.state.open();
    await this.state.keepIdentity();
    for (let at = from; at < from + requests && this.violations.length < mostViolations; at++) {
      if (isOver?.() === true) break;
      if (at === from || at % round === 0) await this.refresh();
      if (at % 10_000 === 0) progress?.(at);
      const random = new Random(seed * 7_919 + at * 104_729);
      await this.one(random, random.oneOf(random.oneOf(operations)), at);
    }
    const broken = this.options.contractFaults?.() ?? [];
    return { counts: this.counts, violations: [...this.violations, ...broken], slowest: this.slowest };
  }

  async close(): Promise<void> {
    this.client.close();
    await this.state.close();
  }

  private async refresh(): Promise<void> {
    await this.world.refresh(() => this.state.reset());
    await this.state.settled();
    this.before = undefined;
  }

  private async one(random: Random, operation: FuzzedOperation, at: number): Promise<void> {
    const request = fuzzRequest(random, operation, this.world.known, this.world.tokensFor(operation.dialect));
    this.before ??= await this.state.digest();
    const begun = performance.now();
    try {
      const answer = await this.client.ask(request.bytes, request.method);
      await this.judge(request, answer, at);
    } catch (error) {
      this.violate(request, at, (error as Error).message);
    }
    this.slowest = Math.max(this.slowest, performance.now() - begun);
  }

  private async judge(request: FuzzRequest, answer: HeardAnswer, at: number): Promise<void> {
    const { status, surplus } = answer;
    const { dialect } = request.operation;
    this.counts[dialect].set(status, (this.counts[dialect].get(status) ?? 0) + 1);
    if (surplus > 0)
      this.violate(request, at, `${String(surplus)} bytes behind the answer ${String(status)}`);
    if (status >= 500 && !isGlances501(request, answer))
      this.violate(request, at, `${String(status)} ${answer.body.toString('utf8', 0, 300)}`);
    if (status < 400) {
      await this.keepWell(request);
      return;
    }
    const after = await this.state.digest();
    if (after !== this.before) this.violate(request, at, `${String(status)}, but the database has changed`);
    this.before = after;
  }

  /** Who administers identity can take away the very people who ask: then there would be nothing to learn. */
  private async keepWell({ method, operation: { dialect, id } }: FuzzRequest): Promise<void> {
    // A download may put its image into the cache.
    if ((method === 'GET' || method === 'HEAD') && id !== 'downloadImage') return;
    if (dialect === 'openstack-images') await this.state.settled();
    this.before = undefined;
    if (dialect === 'identity-v3' && !(await this.world.isIntact())) await this.refresh();
  }

  private violate({ operation, bytes }: FuzzRequest, at: number, what: string): void {
    const sent = JSON.stringify(bytes.toString('latin1', 0, 1200));
    const told = `request ${String(at)} of ${operation.dialect} ${operation.id}: ${what}\n  ${sent}`;
    this.violations.push(told);
    this.options.progress?.(at, told);
  }
}

/** Glance answers 501 to a method that nobody knows where there is no route; a hurt path may be one of its own. */
function isGlances501({ method }: FuzzRequest, { status, body }: HeardAnswer): boolean {
  const usual = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  return (
    status === 501 &&
    !usual.includes(method) &&
    body.includes(`The request method ${method} is not implemented`)
  );
}
