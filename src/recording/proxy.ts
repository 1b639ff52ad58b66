import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAddressReplacer } from './addresses';
import type { Exchange } from './exchange';
import { ExchangeInFlight } from './exchange-in-flight';
import { forwardRequest, maxHeaderBytes } from './forwarding';
import type { BodyLimits } from './body-inspector';
import { Masker } from './masker';
import { relayAnswer } from './relay';
import type { ForwardDestination, Upstreams } from './upstreams';

export interface ProxySettings extends BodyLimits {
  readonly upstreams: Upstreams;
  readonly host: string;
  /** 0: any free one */
  readonly port: number;
  /** Certificates of the authorities that the services' are from. */
  readonly ca: string | undefined;
}

/** Passes requests on to the services, and reports every exchange when it is over. */
export class RecordingProxy {
  private readonly server: Server;
  private readonly open = new Set<Promise<void>>();
  private arrived = 0;
  private masker = new Masker((text) => text);
  private readdress = (text: string): string => text;

  constructor(
    private readonly settings: ProxySettings,
    private readonly record: (exchange: Exchange) => void,
  ) {
    const options = { maxHeaderSize: maxHeaderBytes, requireHostHeader: false, requestTimeout: 0 };
    this.server = createServer(options, (req, res) => {
      this.handle(req, res);
    });
    this.server.on('checkContinue', (req, res) => {
      this.handle(req, res);
    });
    this.server.on('connect', (_req, socket) => {
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  }

  /** @returns its own address @throws Error when it cannot listen there */
  async listen(): Promise<string> {
    const { host, port, upstreams } = this.settings;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, resolve);
    });
    const found = this.server.address() as AddressInfo;
    const authority = `${found.family === 'IPv6' ? `[${found.address}]` : found.address}:${String(found.port)}`;
    const url = `http://${authority}`;
    const services = upstreams.addresses();
    const own = [`127.0.0.1:${String(found.port)}`, `localhost:${String(found.port)}`, authority];
    this.masker = new Masker(
      createAddressReplacer([
        ...own.flatMap((each) => [['${BASE}', `http://${each}`] as const, ['${HOST}', each] as const]),
        ...services,
      ]),
    );
    const urls = services.filter(([name]) => name !== '${HOST}');
    this.readdress = createAddressReplacer(urls.map(([, text]) => [url, text]));
    return url;
  }

  /** Exchanges in flight are cut off, and reported. */
  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await Promise.all(this.open);
  }

  private handle(req: IncomingMessage, res: ServerResponse): void {
    const to = this.settings.upstreams.destination(req.url ?? '/');
    if (!to) {
      refuse(res, 421, `it stands before ${this.settings.upstreams.description()} alone`);
      return;
    }
    const exchange = new ExchangeInFlight(++this.arrived, req, to, this.settings);
    const over = new Promise<void>((resolve) => res.once('close', resolve)).then(() => {
      if (!res.writableFinished)
        exchange.markBroken('the client closed the connection before it had the answer');
      this.record(exchange.recorded(this.masker));
    });
    this.open.add(over);
    void over.finally(() => this.open.delete(over));
    this.pass(req, res, to, exchange);
  }

  private pass(
    req: IncomingMessage,
    res: ServerResponse,
    to: ForwardDestination,
    exchange: ExchangeInFlight,
  ): void {
    let sent: ClientRequest;
    try {
      sent = forwardRequest(req, to, this.settings.ca);
    } catch (error) {
      exchange.markBroken((error as Error).message);
      refuse(res, 400, (error as Error).message);
      return;
    }
    const fail = (fault: string): void => {
      const sentence = `${to.url.host} ${fault}`;
      exchange.markBroken(sentence);
      if (res.headersSent) res.destroy();
      else if (!res.destroyed) refuse(res, 502, sentence);
    };
    sent.on('continue', () => {
      res.writeContinue();
    });
    sent.on('response', (answer) => {
      // A service that has answered may take no more of the request.
      sent.removeListener('error', unanswered).on('error', () => undefined);
      exchange.setAnswer(answer);
      const receives = exchange.addAnswerBytes.bind(exchange);
      relayAnswer({ answer, res, receives, readdress: this.readdress }).catch((error: unknown) => {
        fail(answer.complete ? reasonOf(error as Error) : 'ended its answer before it was whole');
        sent.destroy();
      });
    });
    const unanswered = (error: Error): void => {
      fail(`does not answer: ${reasonOf(error)}`);
    };
    sent.on('error', unanswered);
    res.once('close', () => sent.destroy());
    upload(req, sent, exchange);
  }
}

/** Without `pipeline`, which would end the client's connection with the service's: an answer may come before that. */
function upload(req: IncomingMessage, sent: ClientRequest, exchange: ExchangeInFlight): void {
  req.on('data', (chunk: Buffer) => {
    exchange.addRequestBytes(chunk);
  });
  req.on('error', () => undefined);
  req.pipe(sent);
  sent.once('close', () => {
    req.unpipe(sent);
    req.resume();
  });
}

function reasonOf(error: Error & { code?: string }): string {
  return error.message === '' ? (error.code ?? 'the connection failed') : error.message;
}

/** In the form of Keystone's errors, which clients of OpenStack show. */
function refuse(res: ServerResponse, status: 400 | 421 | 502, sentence: string): void {
  const title = { 400: 'Bad Request', 421: 'Misdirected Request', 502: 'Bad Gateway' }[status];
  const body = JSON.stringify({ error: { code: status, title, message: `tagway record: ${sentence}` } });
  res.writeHead(status, title, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}
