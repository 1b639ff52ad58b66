import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HeaderList } from './exchange';
import type { ForwardDestination } from './upstreams';

/** These belong to a connection, not to what is sent over it (RFC 9110, 7.6.1). */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** How long (ms) the service may be silent. */
const silenceMs = 300_000;

/** Names and values in pairs. */
export function headerPairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}

/** Without what belongs to the connection, and what its `Connection` names. */
export function endToEndHeaders(headers: HeaderList): HeaderList {
  const named = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) =>
      value
        .toLowerCase()
        .split(',')
        .map((each) => each.trim()),
    );
  return headers.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

/**
 * Begins the same request to a service, whose body is still to come.
 * @param ca certificates of authorities, in place of those that Node knows
 * @throws TypeError for a request that Node does not send
 */
export function forwardRequest(
  req: IncomingMessage,
  to: ForwardDestination,
  ca: string | undefined,
): ClientRequest {
  const { url, path } = to;
  const sent = startRequest(url, { method: req.method ?? 'GET', path, setHost: false }, ca);
  sent.setHeader('Host', url.host);
  const given = endToEndHeaders(headerPairs(req.rawHeaders));
  for (const [name] of given) {
    const key = name.toLowerCase();
    // Without it the answer is text, and can be recorded as such.
    if (key === 'host' || key === 'accept-encoding' || sent.hasHeader(key)) continue;
    const values = given.filter(([other]) => other.toLowerCase() === key).map(([, value]) => value);
    sent.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
  }
  frame(req, sent);
  // Not with the first byte of its body, which may wait for the service's 100.
  sent.flushHeaders();
  sent.setTimeout(silenceMs, () => {
    sent.destroy(new Error(`it was silent for ${String(silenceMs / 1000)} s`));
  });
  return sent;
}

/** A catalog or a token may be long. */
export const maxHeaderBytes = 64 * 1024;

/** @param options with the path there; what is not in them is Node's choice */
export function startRequest(url: URL, options: RequestOptions, ca: string | undefined): ClientRequest {
  const isTls = url.protocol === 'https:';
  return (isTls ? requestHttps : requestHttp)({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: url.port }),
    // A connection for each request: none can be found closed when it is used again.
    agent: false,
    maxHeaderSize: maxHeaderBytes,
    ...options,
    ...(ca !== undefined && isTls && { ca }),
  });
}

/** As the client framed it; Node would add to a request without a body. */
function frame(req: IncomingMessage, sent: ClientRequest): void {
  if (req.headers['transfer-encoding'] !== undefined) sent.setHeader('Transfer-Encoding', 'chunked');
  else if (req.headers['content-length'] === undefined) {
    sent.removeHeader('Content-Length');
    sent.removeHeader('Transfer-Encoding');
  }
  sent.removeHeader('Connection');
}
