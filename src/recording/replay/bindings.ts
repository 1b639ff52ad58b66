import type { Seed } from '../../seed/seed-file';
import type { Exchange } from '../exchange';
import { findCallers } from './callers';
import type { ReplayBindings } from './replay-bindings';
import { unknownCallerName } from './recorded-seed';

/** A token, and the project that it is good for. */
export interface SignedIn {
  readonly token: string;
  readonly projectId: string;
}

export interface ReplayCredentials {
  /** Whose passwords and keys the gateway has; null: those of `signIn` alone are known. */
  readonly seed: Seed | null;
  /** Logs in as one whose own login the recording does not have. @param projectId of the recording */
  readonly signIn: (projectId: string | null) => Promise<SignedIn>;
}

/** Secret keys by access key, to sign with. */
export type SecretKeys = ReadonlyMap<string, string>;

/** Binds tokens, passwords and keys of a recording to those of a gateway. @throws Error when a login is refused */
export async function bindCallers(
  exchanges: readonly Exchange[],
  { seed, signIn }: ReplayCredentials,
  correspondence: ReplayBindings,
): Promise<SecretKeys> {
  const { logins, tokens, keys } = findCallers(exchanges);
  const bind = (placeholder: string | null | undefined, value: string | undefined): void => {
    if (placeholder != null && value !== undefined) correspondence.bind(placeholder.slice(2, -1), value);
  };
  for (const { user, password, credential } of logins) {
    bind(password, seed?.users.find(({ name }) => name === user.name)?.password);
    const made = seed?.applicationCredentials.find(
      ({ id, name }) => (id ?? name) === (credential?.id ?? credential?.name),
    );
    bind(credential?.secret, made?.secret);
  }
  for (const [index, { name }] of keys.entries()) bind(name, seed?.accessKeys[index]?.access);
  const signedIn = new Map<string | null, SignedIn>();
  for (const { name, projectId } of tokens) {
    const made = signedIn.get(projectId) ?? (await signIn(projectId));
    signedIn.set(projectId, made);
    bind(name, made.token);
    if (projectId !== null) correspondence.bindId(projectId, made.projectId);
  }
  return new Map(seed?.accessKeys.map(({ access, secret }) => [access, secret]));
}

export interface KnownUser {
  readonly user: string;
  readonly password: string;
  /** Its name. */
  readonly project: string;
}

/** The user that stands in a seed for callers who are not known. @returns null when it has none */
export function findUserForUnknownCallers(seed: Seed, projectId: string | null): KnownUser | null {
  const user = seed.users.find(({ name }) => name === unknownCallerName);
  const project = seed.projects.find(({ id }) => id === projectId) ?? seed.projects[0];
  return user && project ? { user: user.name, password: user.password, project: project.name } : null;
}
