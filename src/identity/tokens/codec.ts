import { createHmac, timingSafeEqual } from 'node:crypto';
import { defaultDomain } from '../ids';

export const tokenMethods = ['password', 'token', 'application_credential'] as const;
export type TokenMethod = (typeof tokenMethods)[number];

const scopes = ['unscoped', 'project', 'domain', 'system'] as const;

/** A token's content. It has no names and roles: they are looked up, so that their changes count. */
export interface TokenPayload {
  readonly scope: (typeof scopes)[number];
  readonly methods: readonly TokenMethod[];
  /** 32 hex digits */
  readonly userId: string;
  /** Of the user and of what the token is for when it was made: it moves on with whatever ends older tokens. */
  readonly epoch: number;
  readonly projectId: string | null;
  /** Of a token for a domain. */
  readonly domainId: string | null;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** 32 hex digits: what revocation goes by. */
  readonly auditId: string;
  /** Audit id of the token that this one was first got with. */
  readonly parentAuditId: string | null;
  /** 32 hex digits */
  readonly credentialId: string | null;
}

export interface TokenSigningKey {
  /** 8 hex digits */
  readonly id: string;
  readonly secret: Buffer;
}

const version = 1;
const macBytes = 32;
const fixedBytes = 1 + 4 + 1 + 1 + 16 + 4 + 4 + 4 + 16;
const longest = 255;
const hexId = /^[0-9a-f]{32}$/;

/** Signed, not encrypted; at most 243 characters, since a project id has at most 64. */
export function encodeToken(payload: TokenPayload, key: TokenSigningKey): string {
  const head = Buffer.alloc(fixedBytes);
  let at = head.writeUInt8(version, 0);
  at += head.write(key.id, at, 'hex');
  at = head.writeUInt8(scopes.indexOf(payload.scope), at);
  at = head.writeUInt8(
    payload.methods.reduce((bits, method) => bits | (1 << tokenMethods.indexOf(method)), 0),
    at,
  );
  at += head.write(payload.userId, at, 'hex');
  at = head.writeUInt32BE(payload.epoch, at);
  at = head.writeUInt32BE(payload.issuedAt, at);
  at = head.writeUInt32BE(payload.expiresAt, at);
  head.write(payload.auditId, at, 'hex');
  const optional = [payload.projectId ?? payload.domainId, payload.parentAuditId, payload.credentialId].map(
    idBytes,
  );
  const body = Buffer.concat([head, ...optional]);
  return Buffer.concat([body, mac(body, key.secret)]).toString('base64url');
}

/** Which key a token claims to be signed with; undefined when the text is no token at all. */
export function readTokenKeyId(token: string): string | undefined {
  const bytes = bytesOf(token);
  return bytes && bytes[0] === version ? bytes.toString('hex', 1, 5) : undefined;
}

/** The payload, or undefined when anything at all is wrong with the token. Expiry is not checked. */
export function decodeToken(token: string, key: TokenSigningKey): TokenPayload | undefined {
  const bytes = bytesOf(token);
  if (!bytes || bytes[0] !== version || bytes.toString('hex', 1, 5) !== key.id) return undefined;
  const body = bytes.subarray(0, -macBytes);
  if (!timingSafeEqual(bytes.subarray(-macBytes), mac(body, key.secret))) return undefined;
  const reader = new IdReader(body, fixedBytes);
  const target = reader.next();
  const parentAuditId = reader.next();
  const credentialId = reader.next();
  const methodBits = body.readUInt8(6);
  const scope = scopes[body.readUInt8(5)] ?? 'unscoped';
  return {
    scope,
    methods: tokenMethods.filter((_, index) => (methodBits & (1 << index)) !== 0),
    userId: body.toString('hex', 7, 23),
    epoch: body.readUInt32BE(23),
    issuedAt: body.readUInt32BE(27),
    expiresAt: body.readUInt32BE(31),
    auditId: body.toString('hex', 35, 51),
    projectId: scope === 'domain' ? null : target,
    // Tokens of older builds name none: there was one domain.
    domainId: scope === 'domain' ? (target ?? defaultDomain) : null,
    parentAuditId,
    credentialId,
  };
}

function bytesOf(token: string): Buffer | undefined {
  if (token.length > longest || !/^[\w-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // The last character may have bits that no byte holds: only one spelling of a token counts.
  if (bytes.length < fixedBytes + 3 + macBytes || bytes.toString('base64url') !== token) return undefined;
  return bytes;
}

function mac(body: Buffer, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(body).digest();
}

const hexMark = 255;

/** A length and the text, or for 32 hex digits a mark and 16 bytes. */
function idBytes(id: string | null): Buffer {
  if (id === null) return Buffer.from([0]);
  if (hexId.test(id)) return Buffer.concat([Buffer.from([hexMark]), Buffer.from(id, 'hex')]);
  return Buffer.concat([Buffer.from([id.length]), Buffer.from(id, 'latin1')]);
}

class IdReader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  next(): string | null {
    const mark = this.bytes.readUInt8(this.at++);
    if (mark === 0) return null;
    const [length, encoding] = mark === hexMark ? ([16, 'hex'] as const) : ([mark, 'latin1'] as const);
    const id = this.bytes.toString(encoding, this.at, this.at + length);
    this.at += length;
    return id;
  }
}
