import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import { type Observe, ignoreObservation } from '../../core/observe';
import { Unavailable } from '../../core/errors';
import { CircuitBreaker, defaultCircuitBreakerSettings } from '../circuit-breaker';
import type { IdentityLog } from '../identity-log';
import type { KeystoneCallOutcome, KeystoneObservation } from './observation';
import { Semaphore } from '../embedded/semaphore';

export interface KeystoneAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; undefined when it is not JSON. */
  readonly body: unknown;
}

export interface KeystoneCall {
  readonly method: 'GET' | 'POST';
  /** Behind the URL of `/v3`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Of a call with its retries: a request with a token has an answer within three seconds, whatever Keystone does. */
export const defaultTimeoutMs = 2_500;
const keepAliveMs = 30_000;

export interface KeystoneEndpoint {
  /** Of `/v3`, without a slash at the end. */
  readonly url: string;
  /** PEM of the only authorities that are trusted; null: those that Node trusts */
  readonly ca: string | null;
  /** Of a call with its retries; two fifths of it for a connection. `defaultTimeoutMs` unless given. */
  readonly timeoutMs?: number;
}

/** Attempts at a call that certainly failed, as keystonemiddleware makes them, and the waits between (ms). */
const waits = [50, 200];

/**
 * Concurrent calls, and how many may queue; more are rejected at once. Few at once, since a Keystone that was
 * stalled works off all that it has accepted before it answers a call that still waits.
 */
const width = 16;
const queue = 2_000;

/** An answer of a size (bytes) that no Keystone sends. */
const maxAnswer = 1024 * 1024;

/** Calls Keystone, with every wait bounded. What it answers below 500 is an answer; the rest is `Unavailable`. */
export class KeystoneClient {
  private readonly dispatcher: Undici.Dispatcher;
  private readonly semaphore = new Semaphore(width, queue);
  private readonly breaker: CircuitBreaker;
  private readonly origin: string;
  private readonly root: string;
  private readonly timeoutMs: number;

  constructor(
    { url, ca, timeoutMs = defaultTimeoutMs }: KeystoneEndpoint,
    log: IdentityLog,
    private readonly observe: Observe<KeystoneObservation> = ignoreObservation,
  ) {
    const { origin, pathname } = new URL(url);
    this.origin = origin;
    this.root = pathname === '/' ? '' : pathname;
    this.timeoutMs = timeoutMs;
    this.dispatcher = dispatcherFor(url, ca, timeoutMs);
    this.breaker = new CircuitBreaker(defaultCircuitBreakerSettings, (state) => {
      observe({ kind: 'keystone-circuit', state });
      if (state === 'away') log.warn('Keystone does not answer; tokens that are known stay good', { url });
      else log.info('Keystone answers again', { url });
    });
  }

  /** Milliseconds by which something that begins now must be over. */
  deadline(): number {
    return performance.now() + this.timeoutMs;
  }

  /** @param deadline as `deadline()` gives it @throws Unavailable */
  async call(call: KeystoneCall, deadline: number): Promise<KeystoneAnswer> {
    const begun = performance.now();
    const asked = { yes: false };
    const ask = (): Promise<KeystoneAnswer> => {
      asked.yes = true;
      return this.persist(call, deadline);
    };
    try {
      const answer = await this.semaphore.run(() => {
        // Its turn came too late: that says nothing about Keystone, so the breaker does not count it.
        if (performance.now() >= deadline) throw away('too many questions for the identity service');
        return this.breaker.run(ask);
      });
      this.report(answer.status < 400 ? 'granted' : 'refused', begun);
      return answer;
    } catch (error) {
      this.report(asked.yes ? 'failed' : 'unasked', begun);
      throw error;
    }
  }

  private report(outcome: KeystoneCallOutcome, begun: number): void {
    this.observe({ kind: 'keystone-call', outcome, milliseconds: performance.now() - begun });
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async persist(call: KeystoneCall, deadline: number): Promise<KeystoneAnswer> {
    for (let attempt = 0; ; attempt++) {
      const left = deadline - performance.now();
      if (left <= 0) throw away('the identity service took too long');
      const wait = waits[attempt];
      try {
        const answer = await this.attempt(call, left);
        if (answer.status < 500) return answer;
        if (wait === undefined) throw away(`the identity service answered ${String(answer.status)}`);
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        if (wait === undefined || isTimeout(error)) throw away('the identity service is away', error);
      }
      await pause(wait * (0.5 + Math.random()));
    }
  }

  private async attempt(
    { method, path, headers, body }: KeystoneCall,
    left: number,
  ): Promise<KeystoneAnswer> {
    const answer = await this.dispatcher.request({
      origin: this.origin,
      path: this.root + path,
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'tagway',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(Math.ceil(left)),
    });
    return { status: answer.statusCode, headers: answer.headers, body: parse(await answer.body.text()) };
  }
}

/** Loads undici, which takes a tenth of a second: no gateway with users of its own needs it. */
const load = createRequire(__filename);

/** Uses the proxy of the usual environment variables, except for this machine itself. */
function dispatcherFor(url: string, ca: string | null, timeoutMs: number): Undici.Dispatcher {
  const { Agent, EnvHttpProxyAgent } = load('undici') as typeof Undici;
  const connect = { timeout: timeoutMs * 0.4, ...(ca !== null && { ca }) };
  const options = {
    connections: width,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxAnswer,
    connect,
  };
  if (isLoopback(new URL(url).hostname)) return new Agent(options);
  return new EnvHttpProxyAgent({ ...options, requestTls: connect });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Recognised by name: an abort's reason may come from another realm, where `instanceof` fails. */
function isTimeout(error: unknown): boolean {
  const { name } = error as { name?: unknown };
  return name === 'TimeoutError' || name === 'HeadersTimeoutError' || name === 'BodyTimeoutError';
}

function away(message: string, cause?: unknown): Unavailable {
  return new Unavailable(message, 'not-done', { cause });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
