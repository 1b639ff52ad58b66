import type { Caller } from '../../core/caller';
import type { Outcome } from '../errors';
import type { DirectoryStore, Project, User } from '../ports';
import type { Token, Tokens } from '../tokens/tokens';

/** What wire clients ask about tokens, projects and users. Admins see all, everybody else what is theirs. */
export class SelfService {
  constructor(
    private readonly store: DirectoryStore,
    private readonly tokens: Tokens,
  ) {}

  /** A token looked at by its owner or an admin. */
  async inspect(caller: Caller, subject: string): Promise<Outcome<Token>> {
    return this.subject(caller, subject, 'validate_token');
  }

  async revoke(caller: Caller, subject: string): Promise<Outcome<void>> {
    const found = await this.subject(caller, subject, 'revoke_token');
    if ('refusal' in found) return found;
    await this.tokens.revoke(found.value);
    return { value: undefined };
  }

  /** The catalog goes with a scope. */
  mayReadCatalog(caller: Caller): Outcome<void> {
    if (caller.scope !== 'unscoped') return { value: undefined };
    return { refusal: { kind: 'not-allowed', action: 'get_auth_catalog' } };
  }

  /** Those in which the caller has a role. */
  ownProjects(caller: Caller): Promise<readonly Project[]> {
    return this.store.listProjectsOf(caller.userId);
  }

  /** All for an admin, else the caller's own, which SDKs look their project up among. */
  visibleProjects(caller: Caller): Promise<readonly Project[]> {
    return isAdmin(caller) ? this.store.listProjects() : this.ownProjects(caller);
  }

  async project(caller: Caller, id: string): Promise<Outcome<Project>> {
    const own = await this.ownProjects(caller);
    const found = own.find((project) => project.id === id);
    if (found) return { value: found };
    if (!isAdmin(caller)) return { refusal: { kind: 'not-allowed', action: 'get_project' } };
    const project = await this.store.findProject({ id });
    return project ? { value: project } : { refusal: { kind: 'not-found', thing: 'project', id } };
  }

  async users(caller: Caller): Promise<Outcome<readonly User[]>> {
    if (!isAdmin(caller)) return { refusal: { kind: 'not-allowed', action: 'list_users' } };
    return { value: await this.store.listUsers() };
  }

  async user(caller: Caller, id: string): Promise<Outcome<User>> {
    if (!isAdmin(caller) && caller.userId !== id) {
      return { refusal: { kind: 'not-allowed', action: 'get_user' } };
    }
    const user = await this.store.findUser({ id });
    return user ? { value: user } : { refusal: { kind: 'not-found', thing: 'user', id } };
  }

  async projectsOf(caller: Caller, userId: string): Promise<Outcome<readonly Project[]>> {
    if (!isAdmin(caller) && caller.userId !== userId) {
      return { refusal: { kind: 'not-allowed', action: 'list_user_projects' } };
    }
    return { value: await this.store.listProjectsOf(userId) };
  }

  private async subject(caller: Caller, text: string, action: string): Promise<Outcome<Token>> {
    const found = await this.tokens.read(text);
    if ('fault' in found) return { refusal: { kind: 'subject-token-invalid' } };
    if (!isAdmin(caller) && found.token.user.id !== caller.userId) {
      return { refusal: { kind: 'not-allowed', action } };
    }
    return { value: found.token };
  }
}

function isAdmin(caller: Caller): boolean {
  return caller.standing === 'admin';
}
