import { isStorable } from '../../core/tag';
import type { AuditLog } from '../audit-log';
import type { IdentityRefusal, Outcome } from '../errors';
import { isDomain } from '../ids';
import type { LoginGuard } from './login-guard';
import type { Passwords } from './passwords';
import type {
  ApplicationCredential,
  CredentialStore,
  DirectoryStore,
  Project,
  StoredApplicationCredential,
  StoredUser,
} from '../ports';
import type { TokenMethod, TokenPayload } from '../tokens/codec';
import type { Token, Tokens } from '../tokens/tokens';

/** By id, or by name in a domain; no domain means the one there is. */
export type NameInDomain = { readonly id: string } | { readonly name: string; readonly domain?: string };

export type LoginProof =
  | { readonly method: 'password'; readonly user: NameInDomain; readonly password: string }
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'application_credential';
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: NameInDomain };
      readonly secret: string;
    };

export type LoginScope =
  /** Nothing was said. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'project'; readonly project: NameInDomain }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'system' };

export interface LoginRequest {
  /** All must hold, and for one user. */
  readonly proofs: readonly LoginProof[];
  readonly scope: LoginScope;
}

export interface IssuedToken {
  readonly text: string;
  readonly token: Token;
}

/** A user as one proof has shown it. */
interface Proven {
  readonly userId: string;
  readonly epoch: number;
  readonly methods: readonly TokenMethod[];
  readonly parent: TokenPayload | null;
  readonly credential: ApplicationCredential | null;
}

const refused: { refusal: IdentityRefusal } = { refusal: { kind: 'not-authenticated' } };

/** Tokens for those who can prove who they are. Whoever cannot is not told what was wrong. */
export class Login {
  constructor(
    private readonly directory: DirectoryStore,
    private readonly credentials: CredentialStore,
    private readonly passwords: Passwords,
    private readonly tokens: Tokens,
    private readonly guard: LoginGuard,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param address where the request came from
   * @throws Unavailable when too many log in at once, or the store cannot be asked
   */
  async login(request: LoginRequest, address?: string): Promise<Outcome<IssuedToken>> {
    const outcome = await this.check(request, address);
    const who = request.proofs.flatMap(nameOf);
    const told = address ?? null;
    if ('refusal' in outcome) this.audit.record({ event: 'login-refused', who }, told);
    else this.audit.record({ event: 'login', who: [`user ${outcome.value.token.user.id}`] }, told);
    return outcome;
  }

  private async check({ proofs, scope }: LoginRequest, address?: string): Promise<Outcome<IssuedToken>> {
    const proven: Proven[] = [];
    for (const proof of proofs) {
      const outcome = await this.prove(proof, address);
      if ('refusal' in outcome) return outcome;
      proven.push(outcome.value);
    }
    const [first] = proven;
    if (!first || proven.some(({ userId, epoch }) => userId !== first.userId || epoch !== first.epoch)) {
      return refused;
    }
    const credential = proven.find((one) => one.credential)?.credential ?? null;
    if (credential && scope.kind !== 'none') return { refusal: { kind: 'scope-with-credential' } };
    const target = credential ? projectTarget(credential.projectId) : await this.target(scope);
    if (!target) return refused;
    return this.tokens.issue({
      ...target,
      methods: [...new Set(proven.flatMap((one) => one.methods))],
      userId: first.userId,
      epoch: first.epoch,
      parent: proven.find((one) => one.parent)?.parent ?? null,
      credential,
    });
  }

  private prove(proof: LoginProof, address: string | undefined): Promise<Outcome<Proven>> {
    switch (proof.method) {
      case 'password':
        return this.byPassword(proof, address);
      case 'token':
        return this.byToken(proof.token);
      case 'application_credential':
        return this.byCredential(proof, address);
    }
  }

  private async byPassword(
    proven: LoginProof & { method: 'password' },
    address: string | undefined,
  ): Promise<Outcome<Proven>> {
    const user = await this.findUser(proven.user);
    const identity = user ? `user ${user.id}` : `unknown ${nameOf(proven).join()}`;
    const right = await this.guard.check({ identity, address }, () =>
      this.passwords.verify(proven.password, user?.passwordHash),
    );
    if (!user || !right) return refused;
    return { value: proof(user, 'password', null) };
  }

  private async byToken(text: string): Promise<Outcome<Proven>> {
    const found = await this.tokens.read(text);
    if ('fault' in found) return refused;
    const { payload } = found.token;
    if (payload.credentialId !== null) return { refusal: { kind: 'delegated' } };
    const { userId, epoch, methods } = payload;
    return { value: { userId, epoch, methods: [...methods, 'token'], parent: payload, credential: null } };
  }

  private async byCredential(
    proven: LoginProof & { method: 'application_credential' },
    address: string | undefined,
  ): Promise<Outcome<Proven>> {
    const { credential: named, secret } = proven;
    const owner = 'id' in named ? undefined : await this.findUser(named.user);
    const credential = isReadable(named) ? await this.findCredential(named, owner) : undefined;
    const identity = credential ? `credential ${credential.id}` : `unknown ${nameOf(proven).join()}`;
    const right = await this.guard.check({ identity, address }, () =>
      this.passwords.verify(secret, credential?.secretHash),
    );
    if (!credential || !right) return refused;
    const user = owner ?? (await this.directory.findUser({ id: credential.userId }));
    return user ? { value: proof(user, 'application_credential', credential) } : refused;
  }

  private async findCredential(
    named: { readonly id: string } | { readonly name: string },
    owner: StoredUser | undefined,
  ): Promise<StoredApplicationCredential | undefined> {
    if ('id' in named) return this.credentials.findCredential(named.id);
    return owner && this.credentials.findCredentialByName(owner.id, named.name);
  }

  private async target(scope: LoginScope): Promise<Pick<TokenPayload, 'scope' | 'projectId'> | undefined> {
    switch (scope.kind) {
      case 'none':
      case 'unscoped':
        return { scope: 'unscoped', projectId: null };
      case 'system':
        return { scope: 'system', projectId: null };
      case 'domain':
        return isDomain(scope.domain) ? { scope: 'domain', projectId: null } : undefined;
      case 'project': {
        const project = await this.findProject(scope.project);
        return project && projectTarget(project.id);
      }
    }
  }

  private async findUser(name: NameInDomain): Promise<StoredUser | undefined> {
    return isReadable(name) ? this.directory.findUser(name) : undefined;
  }

  private async findProject(name: NameInDomain): Promise<Project | undefined> {
    return isReadable(name) ? this.directory.findProject(name) : undefined;
  }
}

/** In our domain, and text that the store can be asked for. */
function isReadable(name: NameInDomain): boolean {
  return 'id' in name ? isStorable(name.id) : isStorable(name.name) && isDomain(name.domain);
}

function projectTarget(projectId: string): Pick<TokenPayload, 'scope' | 'projectId'> {
  return { scope: 'project', projectId };
}

function proof(user: StoredUser, method: TokenMethod, credential: ApplicationCredential | null): Proven {
  return { userId: user.id, epoch: user.epoch, methods: [method], parent: null, credential };
}

/** As the client named itself, cut to what is worth keeping. A token names nobody, and is too long to be guessed. */
function nameOf(proof: LoginProof): string[] {
  switch (proof.method) {
    case 'password':
      return [`user ${'id' in proof.user ? proof.user.id : proof.user.name}`.slice(0, 128)];
    case 'application_credential':
      return [
        `credential ${'id' in proof.credential ? proof.credential.id : proof.credential.name}`.slice(0, 128),
      ];
    case 'token':
      return [];
  }
}
