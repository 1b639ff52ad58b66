import { type Answer, inOrder } from './side';
import type { Call } from './world';

/** A call with both answers, in general terms. */
export interface Pair {
  readonly call: Call;
  readonly keystone: Answer;
  readonly tagway: Answer;
  /** The caller may have lost a role since the token was made. */
  readonly hasLost: boolean;
  /** The user of the caller's token, or what it is for, was deleted, or is disabled with its domain or by itself. */
  readonly isGone: boolean;
  /** Domains and projects that are disabled. */
  readonly disabled: readonly string[];
  /** The caller, or who logs in, was given the role admin somewhere, or one that implies it. */
  readonly isAdmin: boolean;
  /** The caller's token is for a domain or the system. */
  readonly isElsewhere: boolean;
  /** The names that each thing has had, the present one last. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Projects in which the caller was given a role. */
  readonly reached: readonly string[];
}

/** Without the names of things where these are among them. */
export function unnamed(answer: Answer, names: Pair['names']): Answer {
  return changed(answer, (_, value) => {
    const { id = '', name = '' } = (value ?? {}) as { readonly id?: string; readonly name?: string };
    return names.get(id)?.includes(name) === true ? { ...(value as object), name: '(name)' } : value;
  });
}

/** The present names alone. */
export const presentOf = (names: Pair['names']): Pair['names'] =>
  new Map([...names].map(([handle, all]) => [handle, all.slice(-1)]));

export const messageOf = ({ body }: Answer): string =>
  (body as { readonly error?: { readonly message?: string } } | null)?.error?.message ?? '';

/** The whole answer, with its links unescaped. */
export const decoded = (answer: Answer): string =>
  JSON.stringify(answer).replace(/(?:salt-|regions\/)[^"]*/g, unescaped);
const unescaped = (text: string): string => decodeURIComponent(text);

export const same = (one: Answer, other: Answer): boolean => JSON.stringify(one) === JSON.stringify(other);

/** With its members changed, at any depth; the items of its lists are in order then, too. */
export function changed(answer: Answer, change: (name: string, value: unknown) => unknown): Answer {
  const ordered = (_: string, value: unknown): unknown => (Array.isArray(value) ? inOrder(value) : value);
  return JSON.parse(JSON.stringify(answer, change), ordered) as Answer;
}

export const bothAre = ({ keystone, tagway }: Pair, status: number): boolean =>
  keystone.status === status && tagway.status === status;

/** Without the projects or domains of that list that one cannot log in to. */
export function onlyOpen(list: string, answer: Answer, disabled: readonly string[]): Answer {
  return changed(answer, (name, value) =>
    name === list && Array.isArray(value) ? value.filter((one) => isOpen(one, disabled)) : value,
  );
}

function isOpen(place: unknown, disabled: readonly string[]): boolean {
  const { enabled, domain_id: domain = '' } = place as { enabled?: boolean; domain_id?: string };
  return enabled !== false && !disabled.includes(domain);
}

/** Where that list names nothing else; an answer without such a list names nothing. */
export function namesOnly(answer: Answer, list: string, allowed: readonly string[]): boolean {
  const items = (answer.body as Readonly<Record<string, unknown>> | null)?.[list];
  if (!Array.isArray(items)) return true;
  return items.every((item) =>
    allowed.includes(typeof item === 'string' ? item : (item as { id: string }).id),
  );
}

export const once = (items: unknown): unknown =>
  Array.isArray(items)
    ? items.filter((_, at, all) => at === 0 || JSON.stringify(all[at - 1]) !== JSON.stringify(all[at]))
    : items;

/** The blob of a pair of EC2 keys as JSON that is written alike. */
export function reread(name: string, value: unknown): unknown {
  if (name !== 'blob' || typeof value !== 'string' || !value.includes('"access"')) return value;
  return JSON.stringify(JSON.parse(value));
}

export const withoutDefault = (answer: Answer): Answer =>
  changed(answer, (name, value) =>
    name === 'domains' && Array.isArray(value) ? value.filter((one) => one !== '<domain-default>') : value,
  );

export const withSystem = (answer: Answer): Answer =>
  changed(answer, (name, value) => (name === 'system' ? [{ all: true }] : value));

export const isOfSystem = ({ body }: Answer): boolean =>
  (body as { readonly token?: { readonly system?: unknown } } | null)?.token?.system !== undefined;

/** A token for a domain or the system, got with a role `admin`. */
export function isAdminsElsewhere({ call, isAdmin, tagway }: Pair): boolean {
  const { auth } = (call.body ?? {}) as { readonly auth?: { readonly scope?: object } };
  const isElsewhere = auth?.scope !== undefined && !('project' in auth.scope);
  return isAdmin && isElsewhere && rolesIn(tagway).includes('<role-admin>');
}

/** The same token but for roles: Tagway's has those of Keystone's, and others. */
export function hasMoreRoles({ keystone, tagway }: Pair): boolean {
  const bare = (answer: Answer): Answer => changed(answer, (name, value) => (name === 'roles' ? [] : value));
  return (
    same(bare(keystone), bare(tagway)) && rolesIn(keystone).every((role) => rolesIn(tagway).includes(role))
  );
}

/** Those of a token, by name. */
function rolesIn({ body }: Answer): readonly string[] {
  const { token } = (body ?? {}) as { readonly token?: { readonly roles?: readonly unknown[] } };
  return (token?.roles ?? []).map((role) => (typeof role === 'string' ? role : JSON.stringify(role)));
}
