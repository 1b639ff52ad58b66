import type { Request } from 'express';
import type { Caller, CallOrigin } from '../core/caller';
import { parseIfMatch } from './entity-tags';
import { HttpFault } from './errors';
import type { RequestTarget } from './target';

declare module 'http' {
  interface IncomingMessage {
    /** Set before Express sees the request. */
    target: RequestTarget;
    /** uuid; each dialect shows it in its own header and form. */
    requestId: string;
    /** Name of the surface that answers. */
    surface?: string;
    /** That surface's type in catalogs and access rules. */
    serviceType?: string;
    /** Name of the operation, set before it runs; absent while unknown. */
    operation?: string;
    /** Runs the operation, or does something else: an injected fault. */
    around?: (run: () => void | Promise<void>) => void | Promise<void>;
    /** The image concerned, if the path does not name it. */
    imageId?: string;
    /** Set by `authenticate`; absent on what needs no credentials. */
    caller?: Caller;
    /** The signing key's owner and origin. */
    signer?: { readonly accessKey: string; readonly address: string | undefined };
    /** The body's bytes once read; a field, because every entry of a WeakMap costs the garbage collector. */
    receivedBody?: Buffer;
    /** Its answer is delayed to slow down guessing. */
    heldBack?: boolean;
    /** The body is being read, or has been. */
    bodyAwaited?: boolean;
    /** The rest of the body will never arrive: the bytes received are not HTTP. */
    bodyBroken?: boolean;
    /** The request's trace, if tracing is on. */
    traceId?: string;
    /** Error code with which the job that the request begins is to fail. */
    jobFailure?: string;
    /** It waits for an event, which is no load. */
    isWatching?: boolean;
    /** Cause of a 500, or what was unavailable; logged after the answer is sent. */
    failure?: unknown;
    /** Reason for refusal; see refusalReason. */
    reason?: string | undefined;
  }
}

/** The caller, with this request. @throws HttpFault unauthenticated */
export function requireCaller(req: Request): Caller {
  if (!req.caller) throw new HttpFault({ kind: 'unauthenticated', fact: 'missing' });
  const { userId, userName, scope, projectId, roles, accessLevel } = req.caller;
  return { userId, userName, scope, projectId, roles, accessLevel, via: viaOf(req) };
}

function viaOf({ surface = 'none', operation = 'none', requestId, signer, headers }: Request): CallOrigin {
  const guard = parseIfMatch(headers['if-match']);
  const accessKey = signer?.accessKey ?? null;
  return { dialect: surface, operation, requestId, accessKey, session: accessKey ?? tokenOf(headers), guard };
}

/** Whatever stays the same over a client's requests. */
function tokenOf({ 'x-auth-token': token, authorization }: Request['headers']): string | null {
  return (Array.isArray(token) ? token[0] : token) ?? authorization ?? null;
}

/** Scheme and authority the client used: `TAGWAY_PUBLIC_URL`, else its Host header. */
export function requestBaseUrl(req: Request, publicUrl: string | null): string {
  // A trusted proxy may forward client input.
  const scheme = req.protocol === 'https' ? 'https' : 'http';
  return publicUrl ?? `${scheme}://${hostOf(req) ?? localAuthority(req)}`;
}

/** RFC 3986, 3.2: a name or an address, with a port. It goes into headers, between quotes, and into links. */
const authority = /^[\w.~!$&'()*+,;=:%[\]-]+$/;

/** The Host header; only trusted proxies may override it. */
function hostOf(req: Request): string | undefined {
  // Express' types promise a host, but a request may lack one.
  const host = req.host as string | undefined;
  return host !== undefined && authority.test(host) ? host : undefined;
}

/** The address reached by a client that names no host. */
function localAuthority({ socket }: Request): string {
  const { localAddress = '127.0.0.1', localPort = 0 } = socket;
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return `${host}:${String(localPort)}`;
}
