import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Caller } from '../../src/core/caller';
import { type Instant, instantFromMicros } from '../../src/core/clock';
import type { Authentication, Credentials } from '../../src/identity/authenticator';
import { EmbeddedIdentity, type IdentitySettings } from '../../src/identity/embedded/embedded-identity';
import type { LoginRequest, LoginScope } from '../../src/identity/embedded/login';
import type { Project, User } from '../../src/identity/ports';
import { PostgresIdentityStore } from '../../src/storage/identity/store';
import type { TestDatabase } from '../support/database';
import { cheapPasswords } from '../support/settings';

/** A clock that goes only when told to, in microseconds for every look so that nothing is equally old. */
export class TestClock {
  constructor(private micros = Date.UTC(2026, 10, 21, 12) * 1000) {}
  now(): Instant {
    return instantFromMicros(this.micros++);
  }
  pass(seconds: number): void {
    this.micros += seconds * 1_000_000;
  }
}

export const masterKey = randomBytes(32);

export function anIdentity(
  { database }: TestDatabase,
  clock: TestClock,
  more: Partial<IdentitySettings> = {},
): EmbeddedIdentity {
  const settings = { masterKey, tokenLifetime: 3600, scryptCost: cheapPasswords, ...more };
  return new EmbeddedIdentity(new PostgresIdentityStore(database), clock, settings);
}

export interface Somebody {
  readonly user: User;
  readonly project: Project;
  readonly password: string;
}

/** A new user with these roles in a new project. */
export async function somebody(identity: EmbeddedIdentity, ...roles: string[]): Promise<Somebody> {
  const name = `u-${randomBytes(6).toString('hex')}`;
  const password = `secret of ${name}`;
  const project = await identity.directory.createProject({ name: `p-${name}` });
  const user = await identity.directory.createUser({ name, password });
  await identity.directory.setRoles(project.id, user.id, roles);
  return { user, project, password };
}

export function byPassword({ user, password }: Somebody, scope: LoginScope): LoginRequest {
  return {
    proofs: [{ method: 'password', user: { name: user.name, domain: { id: 'default' } }, password }],
    scope,
  };
}

export function inProject({ project }: Somebody): LoginScope {
  return { kind: 'project', project: { id: project.id } };
}

/** @throws when the login is refused */
export async function tokenFor(identity: EmbeddedIdentity, request: LoginRequest): Promise<string> {
  const outcome = await identity.login.login(request);
  if ('refusal' in outcome) throw new Error(`refused: ${outcome.refusal.kind}`);
  return outcome.value.text;
}

export function showing(token: string): Credentials {
  return bearing({ 'x-auth-token': token });
}

export function bearing(headers: Credentials['headers']): Credentials {
  return { method: 'GET', rawTarget: '/v2/images', headers, body: () => Promise.resolve(Buffer.alloc(0)) };
}

export function authenticate(identity: EmbeddedIdentity, token: string): Promise<Authentication> {
  return identity.authenticator.authenticate(showing(token));
}

/** Whom a token is of. @throws when it does not hold */
export async function callerOf(identity: EmbeddedIdentity, token: string): Promise<Caller> {
  const found = await authenticate(identity, token);
  if ('fault' in found) throw new Error(found.fault);
  return found.caller;
}

interface Pair {
  readonly access: string;
  readonly secret: string;
}

/** A GET of `/v2/images`, signed as the Python SDK does it; `more` are headers that are not signed, `project` one that is. */
export function signed(
  { access, secret }: Pair,
  now: Instant,
  more: Credentials['headers'] = {},
  project?: string,
): Credentials {
  const date = `${now.slice(0, 19).replace(/[-:]/g, '')}Z`;
  const empty = createHash('sha256').digest('hex');
  const named = project === undefined ? {} : { 'x-project-id': project };
  const headers = Object.entries({ ...named, 'x-sdk-date': date });
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const names = headers.map(([name]) => name).join(';');
  const canonical = `GET\n/v2/images/\n\n${lines}\n${names}\n${empty}`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signature = createHmac('sha256', secret).update(`SDK-HMAC-SHA256\n${date}\n${digest}`).digest('hex');
  const authorization = `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names}, Signature=${signature}`;
  return bearing({ 'x-sdk-date': date, ...named, authorization, ...more });
}
