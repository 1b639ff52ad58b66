import type { Observe } from '../../core/observe';
import { isStorableText } from '../../core/tag';
import type { AuditEvent, AuditObservation } from '../audit';
import type { IdentityRefusal, ValueOrRefusal } from '../errors';
import type { LoginGuard } from './login-guard';
import type { Passwords } from './passwords';
import type {
  ApplicationCredential,
  CredentialStore,
  DirectoryStore,
  Domain,
  EntityRef,
  StoredApplicationCredential,
  StoredUser,
} from '../ports';
import { type TokenMethod, tokenMethods, type TokenPayload } from '../tokens/codec';
import type { Token, TokenService } from '../tokens/tokens';
import type { LoginProof, LoginRequest, LoginScope, NameInDomain, NameOrId } from './login-proof';

export type { LoginProof, LoginRequest, LoginScope, NameInDomain, NameOrId };

/** What a token is for. */
type Target = Pick<TokenPayload, 'scope' | 'projectId' | 'domainId'>;

export interface IssuedToken {
  readonly text: string;
  readonly token: Token;
}

/** A user as established by one proof. */
interface Proven {
  readonly userId: string;
  readonly epoch: number;
  readonly methods: readonly TokenMethod[];
  readonly parent: TokenPayload | null;
  readonly credential: ApplicationCredential | null;
}

const refused: { refusal: IdentityRefusal } = { refusal: { kind: 'not-authenticated' } };

/** Issues tokens for proofs of identity. A failed login is never given the reason. */
export class LoginService {
  constructor(
    private readonly directory: DirectoryStore,
    private readonly credentials: CredentialStore,
    private readonly passwords: Passwords,
    private readonly tokens: TokenService,
    private readonly guard: LoginGuard,
    private readonly observe: Observe<AuditObservation>,
    /** Meant by a name without a domain; undefined: refused, as Keystone does. */
    private readonly assumedDomain?: string,
  ) {}

  /**
   * @param address where the request came from
   * @throws Unavailable when too many log in at once, or the store cannot be reached
   */
  async login(request: LoginRequest, address?: string): Promise<ValueOrRefusal<IssuedToken>> {
    const outcome = await this.check(request, address);
    const who = request.proofs.flatMap(nameOf);
    const shown = address ?? null;
    const event: AuditEvent =
      'refusal' in outcome
        ? { event: 'login-refused', who }
        : { event: 'login', who: [`user ${outcome.value.token.user.id}`] };
    this.observe({ kind: 'audit', event, address: shown });
    return outcome;
  }

  /** The target first, as Keystone: its faults are reported before the user's. */
  private async check(
    { proofs, scope }: LoginRequest,
    address?: string,
  ): Promise<ValueOrRefusal<IssuedToken>> {
    if (proofs.some(({ method }) => method === 'unsupported')) {
      return { refusal: { kind: 'method-unsupported', methods: tokenMethods } };
    }
    const byCredential = proofs.some(({ method }) => method === 'application_credential');
    if (byCredential && scope.kind !== 'none') return { refusal: { kind: 'scope-with-credential' } };
    const named = await this.target(scope);
    if ('refusal' in named) return named;
    const proven: Proven[] = [];
    for (const proof of proofs) {
      const outcome = await this.prove(proof, scope, address);
      if ('refusal' in outcome) return outcome;
      proven.push(outcome.value);
    }
    const [first] = proven;
    if (!first || proven.some(({ userId, epoch }) => userId !== first.userId || epoch !== first.epoch)) {
      return refused;
    }
    const credential = proven.find((one) => one.credential)?.credential ?? null;
    return this.tokens.issue({
      ...(credential ? projectTarget(credential.projectId) : named.value),
      methods: [...new Set(proven.flatMap((one) => one.methods))],
      userId: first.userId,
      epoch: first.epoch,
      parent: proven.find((one) => one.parent)?.parent ?? null,
      credential,
    });
  }

  private prove(
    proof: LoginProof,
    scope: LoginScope,
    address: string | undefined,
  ): Promise<ValueOrRefusal<Proven>> {
    switch (proof.method) {
      case 'password':
        return this.byPassword(proof, address);
      case 'token':
        return this.byToken(proof.token, scope);
      case 'application_credential':
        return this.byCredential(proof, address);
      case 'unsupported':
        return Promise.resolve(refused);
    }
  }

  private async byPassword(
    proven: LoginProof & { method: 'password' },
    address: string | undefined,
  ): Promise<ValueOrRefusal<Proven>> {
    const found = await this.findUser(proven.user);
    if ('refusal' in found) return found;
    const user = found.value;
    const identity = user ? `user ${user.id}` : `unknown ${nameOf(proven).join()}`;
    const right = await this.guard.check({ identity, address }, () =>
      this.passwords.verify(proven.password, user?.passwordHash),
    );
    if (!user || !right) return refused;
    return { value: proof(user, 'password', null) };
  }

  private async byToken(text: string, { kind }: LoginScope): Promise<ValueOrRefusal<Proven>> {
    const found = await this.tokens.read(text);
    if ('fault' in found) return refused;
    const { payload, userEpoch } = found.token;
    if (payload.scope === 'system' && (kind === 'project' || kind === 'domain')) {
      return { refusal: { kind: 'system-token' } };
    }
    if (payload.credentialId !== null) return { refusal: { kind: 'delegated' } };
    const { userId, methods } = payload;
    return {
      value: { userId, epoch: userEpoch, methods: [...methods, 'token'], parent: payload, credential: null },
    };
  }

  private async byCredential(
    proven: LoginProof & { method: 'application_credential' },
    address: string | undefined,
  ): Promise<ValueOrRefusal<Proven>> {
    const { credential: named, secret } = proven;
    const found = named.id || !named.user ? undefined : await this.findUser(named.user);
    if (found && 'refusal' in found) return found;
    const credential = await this.findCredential(named, found?.value);
    const identity = credential ? `credential ${credential.id}` : `unknown ${nameOf(proven).join()}`;
    const right = await this.guard.check({ identity, address }, () =>
      this.passwords.verify(secret, credential?.secretHash),
    );
    if (!credential || !right) return refused;
    const user = found?.value ?? (await this.directory.findUser({ id: credential.userId }));
    return user ? { value: proof(user, 'application_credential', credential) } : refused;
  }

  private async findCredential(
    { id, name }: NameOrId,
    owner: StoredUser | undefined,
  ): Promise<StoredApplicationCredential | undefined> {
    if (id) return isStorableText(id) ? this.credentials.findCredential(id) : undefined;
    if (!owner || !name || !isStorableText(name)) return undefined;
    return this.credentials.findCredentialByName(owner.id, name);
  }

  private async target(scope: LoginScope): Promise<ValueOrRefusal<Target>> {
    switch (scope.kind) {
      case 'none':
      case 'unscoped':
        return { value: { ...nowhere, scope: 'unscoped' } };
      case 'system':
        return { value: { ...nowhere, scope: 'system' } };
      case 'domain': {
        const domain = await this.findDomain(scope.domain);
        if (!domain) return refused;
        return { value: { scope: 'domain', projectId: null, domainId: domain.id } };
      }
      case 'project': {
        const found = await this.find(scope.project, 'project', (ref) => this.directory.findProject(ref));
        if ('refusal' in found) return found;
        return found.value ? { value: projectTarget(found.value.id) } : refused;
      }
    }
  }

  private async findUser(name: NameInDomain): Promise<ValueOrRefusal<StoredUser | undefined>> {
    if (!name.name && !name.id) return { refusal: { kind: 'name-missing', of: 'user' } };
    return this.find(name, 'user', (ref) => this.directory.findUser(ref));
  }

  /** By name where there is one, else by id. */
  private async find<Found>(
    { id = '', name, domain }: NameInDomain,
    of: 'user' | 'project',
    look: (ref: EntityRef) => Promise<Found | undefined>,
  ): Promise<ValueOrRefusal<Found | undefined>> {
    if (!name) return { value: isStorableText(id) ? await look({ id }) : undefined };
    const place = domain ?? (this.assumedDomain === undefined ? undefined : { id: this.assumedDomain });
    if (!place) return { refusal: { kind: 'domain-missing', of } };
    const found = await this.findDomain(place);
    return { value: found && isStorableText(name) ? await look({ name, domainId: found.id }) : undefined };
  }

  private async findDomain({ id = '', name }: NameOrId): Promise<Domain | undefined> {
    if (!isStorableText(name ?? '') || !isStorableText(id)) return undefined;
    const domain = await this.directory.findDomain(name ? { name } : { id });
    return domain?.enabled ? domain : undefined;
  }
}

const nowhere = { projectId: null, domainId: null };

function projectTarget(projectId: string): Target {
  return { scope: 'project', projectId, domainId: null };
}

function proof(user: StoredUser, method: TokenMethod, credential: ApplicationCredential | null): Proven {
  return { userId: user.id, epoch: user.epoch, methods: [method], parent: null, credential };
}

/** As the client named itself, truncated. A token has no name, and is too long to be guessed. */
function nameOf(proof: LoginProof): string[] {
  switch (proof.method) {
    case 'password':
      return [`user ${proof.user.name ?? proof.user.id ?? ''}`.slice(0, 128)];
    case 'application_credential':
      return [`credential ${proof.credential.id ?? proof.credential.name ?? ''}`.slice(0, 128)];
    case 'token':
    case 'unsupported':
      return [];
  }
}
