import type { Request, Response } from 'express';
import type { Instant } from '../../core/clock';
import { isStorableText } from '../../core/tag';
import { readJsonBody, readRawBody } from '../../http/body';
import { HttpFault } from '../../http/errors';
import { requestReader } from '../../http/request-reader';
import type { NewApplicationCredential } from '../../identity/embedded/application-credentials';
import { credentialSchema } from './credential-schema';

/** Keystone's own bound (bytes). */
export const bodyLimit = 114_688;

/** Reads the body into `req.body`. A missing one is an empty object: missing members are reported by name. */
export async function parseJsonBody(req: Request, res: Response): Promise<void> {
  const bytes = await readRawBody(req, res, bodyLimit);
  const body = bytes.length === 0 ? {} : await readJsonBody(req, res, bodyLimit);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpFault({ kind: 'body-malformed', detail: 'not an object' });
  }
  req.body = body;
}

/** @throws HttpFault target-not-text */
export function readPathId(req: Request, name: string): string {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
  return String(req.params[name]);
}

/** `?name=`, by which lists are narrowed; everything else in a query is ignored. */
export function readNameFilter(req: Request): string | undefined {
  return req.target.query.find((pair) => pair.name === 'name')?.value;
}

export function wantsCatalog(req: Request): boolean {
  return !req.target.query.some((pair) => pair.name === 'nocatalog');
}

/** The token that the request is about, not the one it is made with; `''` if it is missing. */
export function readSubjectToken(req: Request): string {
  return req.get('X-Subject-Token')?.trim() ?? '';
}

/** Whether the client enforces tokens' access rules: services whose middleware does send this header. */
export function understandsAccessRules(req: Request): boolean {
  return Number(req.get('OpenStack-Identity-Access-Rules') ?? 0) >= 1;
}

/** @throws HttpFault invalid-request; role ids become names by `roleName` */
export async function readNewCredential(
  req: Request,
  roleName: (id: string) => string,
): Promise<NewApplicationCredential> {
  const { roles, ...rest } = await credentialReader(req);
  return {
    ...rest,
    roles: roles.length === 0 ? null : roles.map(({ id, name }) => name ?? roleName(id ?? '')),
  };
}

interface RoleMember {
  readonly id?: string;
  readonly name?: string;
}

const credentialReader = requestReader(credentialSchema, (seen) => {
  const wanted = seen['application_credential'] as Readonly<Record<string, unknown>>;
  return {
    name: String(wanted['name']),
    description: textOrNull(wanted['description']),
    // An empty secret counts as absent, as in Keystone: a blank field means that one is to be made.
    secret: textOrNull(wanted['secret']) || null,
    roles: (wanted['roles'] ?? []) as readonly RoleMember[],
    unrestricted: wanted['unrestricted'] === true,
    expiresAt: readMoment(wanted['expires_at']),
    accessRules: (wanted['access_rules'] ?? null) as NewApplicationCredential['accessRules'],
  };
});

function textOrNull(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (!isStorableText(value)) throw invalid('Invalid input: a text holds NUL or an unpaired surrogate.');
  return value;
}

const momentForm = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z?$/;

/** Without a zone it is UTC, as the OpenStack CLI sends it. */
function readMoment(value: unknown): Instant | null {
  // Nothing counts as absent, as in Keystone.
  if (value === undefined || value === null || value === '') return null;
  const [, day = '', time = '', fraction = ''] = (typeof value === 'string' && momentForm.exec(value)) || [];
  const seconds = `${day}T${time}`;
  const read = Date.parse(`${seconds}Z`);
  if (Number.isNaN(read) || !new Date(read).toISOString().startsWith(seconds)) {
    throw invalid('Timestamp not in expected format.', 'missing');
  }
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

function invalid(message: string, code = 'form'): HttpFault {
  return new HttpFault({ kind: 'invalid-request', issues: [{ path: '', code, message }] });
}
