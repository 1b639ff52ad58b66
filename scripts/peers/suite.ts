import type { PeerTest } from './result';
import type { Site, SiteNeeds } from './site';

/** Where a suite may work. */
export interface Place {
  /** Kept between runs: virtual environments, modules. */
  readonly cache: string;
  /** New for each run. */
  readonly folder: string;
  readonly show: boolean;
}

/** A suite that others wrote, run as it is published. */
export interface Suite extends SiteNeeds {
  readonly name: string;
  /** `openstacksdk 4.22.0` */
  readonly client: string;
  readonly run: (place: Place, site: Site) => Promise<readonly PeerTest[]>;
}
