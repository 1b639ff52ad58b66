import type { RequestListener } from 'node:http';
import type { Logger } from 'winston';
import type { Clock } from '../core/clock';
import type { ImageService } from '../core/image-service';
import type { TagStore } from '../core/ports';
import type { Dialect } from '../dialects/dialect';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { ScryptCost } from '../identity/embedded/passwords';
import type { StateFolder } from '../settings/state-folder';
import type { Connection, Database } from '../storage/database/database';
import type { ChosenIdentity } from './identity-choice';
import type { ProcessRole } from './role';

/** What a gateway is built on. */
export interface GatewayDeps {
  readonly connection: Connection;
  readonly folder: StateFolder;
  readonly log: Logger;
  readonly role?: ProcessRole;
  readonly replace?: Replacements;
}

/** What tests put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly authenticator?: Authenticator;
  /** A cheap one, where passwords protect nothing and many are checked. */
  readonly scryptCost?: ScryptCost;
  /** Given the store of the tags, the one to use. */
  readonly tagStore?: (store: TagStore) => TagStore;
  /** Further ones, asked before the gateway's own. */
  readonly dialects?: readonly Dialect[];
}

export interface Gateway {
  readonly listener: RequestListener;
  readonly database: Database;
  readonly chosen: ChosenIdentity;
  /** @throws Error when another service keeps the users */
  readonly identity: EmbeddedIdentity;
  readonly images: ImageService;
  /** From now on `/readyz` says that it is ready. */
  begin(): void;
  /** From now on `/readyz` says that it is not ready; all else goes on. */
  leave(): void;
  close(): Promise<void>;
}
