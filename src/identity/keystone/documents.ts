import type { Caller, TokenScope } from '../../core/caller';
import type { Instant } from '../../core/clock';
import type { AccessRule } from '../access-rules';
import { type RoleNames, accessLevel } from '../roles';

/** A token as Keystone describes it, reduced to what the gateway needs. */
export interface KeystoneToken {
  readonly caller: Caller;
  readonly expiresAt: Instant;
  /** Of the application credential that it was made with; undefined: none. */
  readonly rules?: readonly AccessRule[];
}

/** @returns undefined for anything that is not a description of a token */
export function parseKeystoneToken(body: unknown, names: RoleNames): KeystoneToken | undefined {
  const token = readProperty(body, 'token');
  const user = readProperty(token, 'user');
  const userId = readTextProperty(user, 'id');
  const expiresAt = instantFromKeystone(readTextProperty(token, 'expires_at'));
  if (userId === undefined || expiresAt === undefined) return undefined;
  const projectId = readTextProperty(readProperty(token, 'project'), 'id') ?? null;
  const roles = namesOf(readProperty(token, 'roles'));
  const caller: Caller = Object.freeze({
    userId,
    userName: readTextProperty(user, 'name') ?? userId,
    scope: scopeOf(token, projectId),
    projectId,
    roles,
    accessLevel: accessLevel(roles, names),
  });
  const rules = readProperty(readProperty(token, 'application_credential'), 'access_rules');
  return rules === undefined ? { caller, expiresAt } : { caller, expiresAt, rules: rulesOf(rules) };
}

/** A malformed rule permits nothing. */
function rulesOf(rules: unknown): readonly AccessRule[] {
  return arrayOrEmpty(rules).flatMap((rule) => {
    const [service, method, path] = ['service', 'method', 'path'].map((name) => readTextProperty(rule, name));
    if (service === undefined || method === undefined || path === undefined) return [];
    return [{ id: readTextProperty(rule, 'id') ?? '', service, method, path }];
  });
}

function scopeOf(token: unknown, projectId: string | null): TokenScope {
  if (projectId !== null) return 'project';
  if (readProperty(token, 'system') !== undefined) return 'system';
  return readProperty(token, 'domain') === undefined ? 'unscoped' : 'domain';
}

/** The distinct names in a list of objects with names. */
function namesOf(list: unknown): string[] {
  return [...new Set(arrayOrEmpty(list).flatMap((item) => readTextProperty(item, 'name') ?? []))];
}

export function arrayOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function readProperty(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name] ?? undefined;
}

export function readTextProperty(value: unknown, name: string): string | undefined {
  const text = readProperty(value, name);
  return typeof text === 'string' ? text : undefined;
}

/** Keystone writes six decimals; fewer mean the same. */
export function instantFromKeystone(text: string | undefined): Instant | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text ?? '');
  return found?.[1] === undefined ? undefined : `${found[1]}.${(found[2] ?? '').padEnd(6, '0')}Z`;
}
