import type { RequestListener } from 'node:http';
import type { Logger } from 'winston';
import type { Clock } from '../core/clock';
import type { ImageService } from '../core/image-service';
import type { TagStore } from '../core/ports';
import type { Dialect } from '../dialects/dialect';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { ScryptCost } from '../identity/embedded/passwords';
import type { PlaintextCredentials } from '../seed/plaintext-credentials';
import type { Seed } from '../seed/seed-file';
import type { StateFolder } from '../settings/state-folder';
import type { ConnectionSettings, Database } from '../storage/database/database';
import type { Resolve } from '../webhooks/addresses';
import type { ChosenIdentity } from './identity-choice';
import type { ProcessRole } from './role';

/** Dependencies of a gateway. */
export interface GatewayDeps {
  readonly connection: ConnectionSettings;
  readonly folder: StateFolder;
  readonly log: Logger;
  readonly role?: ProcessRole;
  /** What a reset makes again; the settings' seed file when left out. */
  readonly seed?: Seed | undefined;
  /** Credentials that were given away; those of the seed file, or the first users', when left out. */
  readonly known?: PlaintextCredentials | undefined;
  readonly replace?: TestOverrides;
}

/** Overrides for tests. */
export interface TestOverrides {
  readonly clock?: Clock;
  readonly authenticator?: Authenticator;
  /** A cheap one, for many checks of passwords that protect nothing. */
  readonly scryptCost?: ScryptCost;
  /** Wraps the tag store. */
  readonly tagStore?: (store: TagStore) => TagStore;
  /** Resolves the names in the URLs of webhooks. */
  readonly resolve?: Resolve;
  /** Further ones, matched before the gateway's own. */
  readonly dialects?: readonly Dialect[];
}

export interface Gateway {
  readonly listener: RequestListener;
  readonly database: Database;
  readonly chosen: ChosenIdentity;
  /** @throws Error if another service manages users */
  readonly identity: EmbeddedIdentity;
  readonly images: ImageService;
  /** Makes `/readyz` report ready. */
  begin(): void;
  /** Makes `/readyz` report not ready; everything else continues. */
  leave(): void;
  close(): Promise<void>;
}
