import type { Request } from 'express';
import type { Caller, Via } from '../core/caller';
import { guardOf } from './entity-tags';
import { HttpFault } from './errors';
import type { Target } from './target';

declare module 'http' {
  interface IncomingMessage {
    /** Set before Express sees the request. */
    target: Target;
    /** uuid; each dialect shows it in its own header and form. */
    requestId: string;
    /** Name of the dialect or own surface that answers. */
    surface?: string;
    /** The type that catalogs and access rules call that surface by. */
    serviceType?: string;
    /** Name of the operation, set before it runs; absent while it is not known. */
    operation?: string;
    /** The image that the request is about, where its path does not tell. */
    imageId?: string;
    /** Set by `authenticate`; absent on what needs no credentials. */
    caller?: Caller;
    /** Whose key the request is signed with, and where it came from. */
    signer?: { readonly accessKey: string; readonly address: string | undefined };
    /** The body's bytes once they were read; a field, because the collector pays for every entry of a WeakMap. */
    receivedBody?: Buffer;
    /** Its answer is ready, and waits so that guessing is slow. */
    heldBack?: boolean;
    /** Somebody reads the body, or has read it. */
    bodyAwaited?: boolean;
    /** The rest of the body will never come: what was sent of it is no HTTP. */
    bodyBroken?: boolean;
    /** Of the trace that the request belongs to, where there are traces. */
    traceId?: string;
    /** It waits for something to happen, which is no load. */
    isWatching?: boolean;
    /** What a dialect's renderer answered 500 for, or what was unavailable; told to the log when the answer has left. */
    failure?: unknown;
    /** Why it was refused; see reasonOf. */
    reason?: string | undefined;
  }
}

/** The caller and the request that they come with. @throws HttpFault unauthenticated */
export function callerOf(req: Request): Caller {
  if (!req.caller) throw new HttpFault({ kind: 'unauthenticated', fact: 'missing' });
  const { userId, userName, scope, projectId, roles, standing } = req.caller;
  return { userId, userName, scope, projectId, roles, standing, via: viaOf(req) };
}

function viaOf({ surface = 'none', operation = 'none', requestId, signer, headers }: Request): Via {
  const guard = guardOf(headers['if-match']);
  return { dialect: surface, operation, requestId, accessKey: signer?.accessKey ?? null, guard };
}

/** Scheme and authority by which the client reached us: `TAGWAY_PUBLIC_URL`, else its own Host header. */
export function baseUrl(req: Request, publicUrl: string | null): string {
  // A trusted proxy may hand on what a client wrote.
  const scheme = req.protocol === 'https' ? 'https' : 'http';
  return publicUrl ?? `${scheme}://${hostOf(req) ?? localAuthority(req)}`;
}

/** RFC 3986, 3.2: a name or an address, with a port. It goes into headers, between quotes, and into links. */
const authority = /^[\w.~!$&'()*+,;=:%[\]-]+$/;

/** The Host header; what a proxy says instead counts only from the proxies that are trusted. */
function hostOf(req: Request): string | undefined {
  // Express' types promise a host, but a request may name none.
  const host = req.host as string | undefined;
  return host !== undefined && authority.test(host) ? host : undefined;
}

/** Where a client that names no host has reached us. */
function localAuthority({ socket }: Request): string {
  const { localAddress = '127.0.0.1', localPort = 0 } = socket;
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return `${host}:${String(localPort)}`;
}
