import { type ClientRequest, request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { TLSSocket } from 'node:tls';
import { type AddressRules, ForbiddenAddress, literalAddress } from './addresses';

export type SendFault =
  'address-not-allowed' | 'certificate-not-trusted' | 'no-connection' | 'no-answer-in-time';

/** The outcome of one attempt. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: number | null }
  /** `fault` is for the owner of the hook: it reveals nothing of the network inside. */
  | { readonly kind: 'failed'; readonly fault: SendFault };

export interface WebhookHttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The specification wants 15 to 30 seconds. */
const usualTimeoutMs = 20_000;

/** bytes of an answer, which is not used */
const mostRead = 1024;

/** Of an authority that Node does not know, for another name, or out of date. */
class UntrustedCertificate extends Error {}

/** Sends one message to where it may go. Redirects are not followed: they would lead anywhere. */
export class WebhookSender {
  constructor(
    private readonly rules: AddressRules,
    private readonly timeoutMs = usualTimeoutMs,
  ) {}

  async send({ url, headers, body }: WebhookHttpRequest, signal?: AbortSignal): Promise<SendOutcome> {
    const target = new URL(url);
    const encrypted = target.protocol === 'https:';
    const literal = literalAddress(target);
    if (literal !== null && !this.rules.isAllowed(literal, encrypted)) {
      return { kind: 'failed', fault: 'address-not-allowed' };
    }
    const late = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await this.exchange(
        target,
        headers,
        body,
        signal ? AbortSignal.any([late, signal]) : late,
      );
      response.destroy();
      return { kind: 'answered', status: response.statusCode ?? 0, retryAfter: retryAfterOf(response) };
    } catch (error) {
      if (error instanceof ForbiddenAddress) return { kind: 'failed', fault: 'address-not-allowed' };
      if (error instanceof UntrustedCertificate) return { kind: 'failed', fault: 'certificate-not-trusted' };
      return { kind: 'failed', fault: late.aborted ? 'no-answer-in-time' : 'no-connection' };
    }
  }

  private exchange(
    target: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const encrypted = target.protocol === 'https:';
    const request = encrypted ? requestSecure : requestPlain;
    return new Promise((resolve, reject) => {
      const sent = request(
        target,
        {
          method: 'POST',
          agent: false,
          signal,
          lookup: this.rules.lookup(encrypted),
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          let read = 0;
          response.on('data', (piece: Buffer) => {
            read += piece.length;
            if (read > mostRead) resolve(response);
          });
          response.on('end', () => {
            resolve(response);
          });
          response.on('error', reject);
        },
      );
      sent.on('error', (error) => {
        reject(isUntrusted(sent) ? new UntrustedCertificate() : error);
      });
      sent.end(body);
    });
  }
}

function isUntrusted({ socket }: ClientRequest): boolean {
  return socket instanceof TLSSocket && Boolean(socket.authorizationError);
}

/** Seconds; a moment instead of a number counts from now. */
function retryAfterOf({ headers }: IncomingMessage): number | null {
  const text = headers['retry-after'];
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
