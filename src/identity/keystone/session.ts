import { Unavailable } from '../../core/errors';
import type { Clock, Instant } from '../../core/clock';
import type { IdentityLog } from '../identity-log';
import type { KeystoneAnswer, KeystoneCall, KeystoneClient } from './client';
import { instantFromKeystone, readProperty, readTextProperty } from './documents';
import { addWholeSeconds } from '../time';

/** The gateway's own account in Keystone, by names. */
export interface ServiceUser {
  readonly name: string;
  readonly password: string;
  readonly userDomain: string;
  readonly project: string;
  readonly projectDomain: string;
}

/** A token of ours is not used in its last seconds, so that it does not end on the way. */
const margin = 60;

/** After a refused login none is tried for so many seconds: Keystone may lock users that fail often. */
const refusedPause = 5;

/** Calls Keystone as the gateway's own user: logs in when needed, and again when Keystone requires it. */
export class KeystoneSession {
  private token: { readonly text: string; readonly until: Instant } | undefined;
  private signingIn: Promise<string> | undefined;
  private refusedUntil: Instant = '';

  constructor(
    private readonly client: KeystoneClient,
    private readonly user: ServiceUser,
    private readonly clock: Clock,
    private readonly log: IdentityLog,
  ) {}

  /** As the client's. */
  deadline(): number {
    return this.client.deadline();
  }

  /** @throws Unavailable, also when Keystone does not take the service user */
  async call(call: KeystoneCall, deadline: number): Promise<KeystoneAnswer> {
    const token = await this.signedIn(deadline);
    const answer = await this.callWith(token, call, deadline);
    if (answer.status !== 401) return answer;
    if (this.token?.text === token) this.token = undefined;
    const again = await this.callWith(await this.signedIn(deadline), call, deadline);
    if (again.status === 401) throw this.refused('Keystone takes the service user and then does not');
    return again;
  }

  private callWith(token: string, call: KeystoneCall, deadline: number): Promise<KeystoneAnswer> {
    return this.client.call({ ...call, headers: { ...call.headers, 'x-auth-token': token } }, deadline);
  }

  private async signedIn(deadline: number): Promise<string> {
    const now = this.clock.now();
    if (this.token && now < this.token.until) return this.token.text;
    if (now < this.refusedUntil) throw new Unavailable('Keystone refuses the service user', 'not-done');
    this.signingIn ??= this.signIn(deadline).finally(() => {
      this.signingIn = undefined;
    });
    return this.signingIn;
  }

  private async signIn(deadline: number): Promise<string> {
    const answer = await this.client.call(
      { method: 'POST', path: '/auth/tokens?nocatalog', body: loginOf(this.user) },
      deadline,
    );
    const text = answer.headers['x-subject-token'];
    const until = instantFromKeystone(readTextProperty(readProperty(answer.body, 'token'), 'expires_at'));
    if (answer.status !== 201 || typeof text !== 'string' || until === undefined) {
      this.refusedUntil = addWholeSeconds(this.clock.now(), refusedPause);
      throw this.refused(`Keystone answered ${String(answer.status)} to the service user's login`);
    }
    this.token = { text, until: addWholeSeconds(until, -margin) };
    return text;
  }

  private refused(message: string): Unavailable {
    this.log.warn(message, { user: this.user.name });
    return new Unavailable(message, 'not-done');
  }
}

function loginOf({ name, password, userDomain, project, projectDomain }: ServiceUser): object {
  const user = { name, password, domain: { name: userDomain } };
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: project, domain: { name: projectDomain } } },
    },
  };
}
