import type { IncomingMessage } from 'node:http';
import type { Exchange, HeaderList } from './exchange';
import { headerPairs } from './forwarding';
import { type BodyLimits, BodyInspector } from './body-inspector';
import type { Masker } from './masker';
import type { ForwardDestination } from './upstreams';

/** A request on its way through the proxy, and its answer as far as it has come. */
export class ExchangeInFlight {
  private readonly at = new Date().toISOString();
  private readonly begun = performance.now();
  private readonly sent: BodyInspector;
  private answer: IncomingMessage | undefined;
  private answered: BodyInspector | undefined;
  private fault: string | undefined;

  constructor(
    private readonly number: number,
    private readonly req: IncomingMessage,
    private readonly to: ForwardDestination,
    private readonly limits: BodyLimits,
  ) {
    this.sent = new BodyInspector(limits, req.headers['content-type'] ?? '');
  }

  addRequestBytes(chunk: Buffer): void {
    this.sent.pass(chunk);
  }

  setAnswer(answer: IncomingMessage): void {
    this.answer = answer;
    this.answered = new BodyInspector(this.limits, answer.headers['content-type'] ?? '');
  }

  addAnswerBytes(chunk: Buffer): void {
    this.answered?.pass(chunk);
  }

  /** The first one counts: others follow from it. */
  markBroken(fault: string): void {
    this.fault ??= fault;
  }

  /** Call it once, when the exchange is over. */
  recorded(masker: Masker): Exchange {
    const { isIdentity, target } = this.to;
    if (!this.req.complete) this.markBroken('it ended before the request was whole');
    const headersOf = (message: IncomingMessage): HeaderList =>
      masker.headers(headerPairs(message.rawHeaders));
    const version = (message: IncomingMessage): string => `HTTP/${message.httpVersion}`;
    // In this order: what a request shows as a secret is hidden where the answer quotes it.
    const request = {
      method: this.req.method ?? '',
      version: version(this.req),
      headers: headersOf(this.req),
      ...this.sent.noted(masker, isIdentity),
      target: masker.target(target),
    };
    const { answer } = this;
    const response = answer && {
      version: version(answer),
      status: answer.statusCode ?? 0,
      reason: answer.statusMessage ?? '',
      headers: headersOf(answer),
      ...this.answered?.noted(masker, isIdentity),
    };
    return {
      number: this.number,
      at: this.at,
      milliseconds: Math.round(performance.now() - this.begun),
      request,
      response: response ?? null,
      ...(this.fault !== undefined && { broken: masker.sentence(this.fault) }),
    };
  }
}
