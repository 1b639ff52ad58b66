import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { type Download, DownloadFailed, type Downloader } from '../core/import';
import { type AddressRules, ForbiddenAddress, literalAddress } from '../webhooks/addresses';
import type { AllowedHosts } from './allowed-hosts';

/** How long nothing may arrive (ms). */
const usualTimeoutMs = 60_000;

const mostRedirects = 5;

/**
 * Gets data from hosts of a list, at addresses that are public: names are resolved once, and the address that was
 * checked is connected to, so a name that changes its mind gains nothing. A redirect is checked like the first URL.
 */
export class UrlDownloads implements Downloader {
  constructor(
    private readonly hosts: AllowedHosts,
    private readonly addresses: AddressRules,
    private readonly timeoutMs = usualTimeoutMs,
  ) {}

  allows(text: string): boolean {
    return URL.canParse(text) && this.hosts.allow(new URL(text));
  }

  async open(text: string, signal: AbortSignal): Promise<Download> {
    let url = new URL(text);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await this.request(url, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return { content: bytesOf(response), length: lengthOf(response) };
      response.destroy();
      const next = headers.location;
      if (
        ![301, 302, 303, 307, 308].includes(statusCode) ||
        next === undefined ||
        !URL.canParse(next, url.href)
      ) {
        throw new DownloadFailed('status', statusCode);
      }
      url = new URL(next, url);
    }
    throw new DownloadFailed('status', 310);
  }

  private async request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const literal = literalAddress(url);
    if (!this.hosts.allow(url) || (literal !== null && !this.addresses.isAllowed(literal, true))) {
      throw new DownloadFailed('address-not-allowed');
    }
    const ask = url.protocol === 'https:' ? requestSecure : requestPlain;
    return new Promise((resolve, reject) => {
      // Data are not secret, so plain HTTP may reach what HTTPS may.
      const lookup = this.addresses.lookup(true);
      const sent = ask(url, { agent: false, signal, lookup, headers: { accept: '*/*' } }, resolve);
      sent.setTimeout(this.timeoutMs, () => sent.destroy(new DownloadFailed('no-answer-in-time')));
      sent.on('error', (error) => {
        reject(failureOf(error));
      });
      sent.end();
    });
  }
}

function failureOf(error: unknown): DownloadFailed {
  if (error instanceof DownloadFailed) return error;
  return new DownloadFailed(error instanceof ForbiddenAddress ? 'address-not-allowed' : 'no-connection');
}

/** A body that ends before its announced length is an error of the stream. */
async function* bytesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw error instanceof DownloadFailed ? error : new DownloadFailed('cut-off');
  }
}

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const text = headers['content-length'];
  return text === undefined ? undefined : Number(text);
}
