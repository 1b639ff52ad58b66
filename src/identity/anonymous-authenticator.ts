import type { Caller } from '../core/caller';
import type { Authentication, Authenticator, Credentials } from './authenticator';
import { type RoleNames, accessLevel, withImpliedRoles } from './roles';

/**
 * For throw-away use: whatever the credentials, the caller and its project are always the same. A browser on this
 * machine sends requests for every page open in it, so those that a page of another site may have caused are refused.
 */
export class AnonymousAuthenticator implements Authenticator {
  private readonly answer: Promise<Authentication>;

  /** @param hosts names that the gateway has beside those of the machine itself; null: it may have any */
  constructor(
    projectId: string,
    roles: readonly string[],
    names: RoleNames,
    private readonly hosts: readonly string[] | null = [],
  ) {
    const caller: Caller = Object.freeze({
      userId: 'anybody',
      userName: 'anybody',
      scope: 'project',
      projectId,
      roles: withImpliedRoles(roles),
      accessLevel: accessLevel(roles, names),
    });
    this.answer = Promise.resolve({ caller });
  }

  authenticate({ headers }: Pick<Credentials, 'headers'>): Promise<Authentication> {
    return this.isForeign(headers) ? foreign : this.answer;
  }

  private isForeign(headers: Credentials['headers']): boolean {
    const { host, origin } = headers;
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') return true;
    if (origin !== undefined && hostOf(origin) !== `//${host ?? ''}`) return true;
    // A foreign name that resolves to this machine (DNS rebinding).
    return host !== undefined && !this.isOwn(nameOf(host));
  }

  private isOwn(name: string): boolean {
    return this.hosts === null || isLocal(name) || this.hosts.includes(name);
  }
}

const foreign: Promise<Authentication> = Promise.resolve({ fault: 'foreign-site' });

/** A sandboxed page sends `null`. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//'));
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function isLocal(name: string): boolean {
  return (
    name === '' || name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}
