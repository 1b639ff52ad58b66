import { randomBytes } from 'node:crypto';
import { type Clock, type Instant, instantFromMicros } from '../../../src/core/clock';
import type { Authentication } from '../../../src/identity/authenticator';
import { KeystoneIdentity, type KeystoneSettings } from '../../../src/identity/keystone/identity';
import { defaultRoleNames } from '../../../src/identity/roles';
import { PostgresExternalUserKeyStore } from '../../../src/storage/identity/access-keys';
import type { TestDatabase } from '../../support/database';
import { FakeKeystone } from '../../support/fake-keystone';
import { showing } from '../some-identity';

/** The machine's clock, which a test may put forward. */
export class ForwardClock implements Clock {
  private ahead = 0;
  private last = 0;
  now(): Instant {
    this.last = Math.max(this.last + 1, (Date.now() + this.ahead * 1000) * 1000);
    return instantFromMicros(this.last);
  }
  pass(seconds: number): void {
    this.ahead += seconds;
  }
}

export interface Told {
  readonly message: string;
  readonly facts: object;
}

export interface SomeKeystone {
  readonly identity: KeystoneIdentity;
  readonly clock: ForwardClock;
  /** What operators were told. */
  readonly told: Told[];
  readonly show: (token: string, serviceToken?: string) => Promise<Authentication>;
}

/** An identity of its own for one test, in front of the fake. Close it. */
export function before(
  keystone: Pick<FakeKeystone, 'url' | 'serviceUser'>,
  more: Partial<KeystoneSettings> = {},
  database?: TestDatabase,
): SomeKeystone {
  const clock = new ForwardClock();
  const told: Told[] = [];
  const tell = (message: string, facts: object = {}): void => {
    told.push({ message, facts });
  };
  const nowhere = { query: () => Promise.reject(new Error('no database')) };
  const keys = new PostgresExternalUserKeyStore(database?.database ?? nowhere);
  const identity = new KeystoneIdentity(
    keys,
    clock,
    { info: tell, warn: tell },
    {
      url: keystone.url,
      ca: null,
      serviceUser: {
        ...keystone.serviceUser,
        ...{ userDomain: 'Default', project: 'service', projectDomain: 'Default' },
      },
      cacheSeconds: 300,
      roleNames: defaultRoleNames,
      masterKey: randomBytes(32),
      freeSignatures: 5,
      // A busy machine is no Keystone that is away.
      timeoutMs: 60_000,
      ...more,
    },
  );
  const show = (token: string, serviceToken?: string): Promise<Authentication> => {
    const shown = showing(token);
    const headers = {
      ...shown.headers,
      ...(serviceToken !== undefined && { 'x-service-token': serviceToken }),
    };
    return identity.authenticator.authenticate({ ...shown, headers });
  };
  return { identity, clock, told, show };
}

/**
 * Each test gets a fake of its own, by `hand`. @returns makes identities in front of it; both end with the test
 */
export function testKeystone(
  hand: (keystone: FakeKeystone) => void,
): (more?: Partial<KeystoneSettings>) => SomeKeystone {
  let keystone: FakeKeystone;
  let made: SomeKeystone[] = [];
  beforeEach(async () => {
    keystone = new FakeKeystone();
    await keystone.start();
    hand(keystone);
  });
  afterEach(async () => {
    await Promise.all(made.map(({ identity }) => identity.close()));
    made = [];
    await keystone.stop();
  });
  return (more) => {
    const one = before(keystone, more);
    made.push(one);
    return one;
  };
}

/** How long it took (ms), and what came of it. */
export async function timed<Value>(
  work: Promise<Value>,
): Promise<{ ms: number; value?: Value; error?: Error }> {
  const begun = performance.now();
  const end = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as Error }),
  );
  return { ms: performance.now() - begun, ...end };
}
