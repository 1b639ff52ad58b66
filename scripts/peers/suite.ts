import type { PeerTest } from './result';
import type { Site } from './site';

/** Where a suite may work. */
export interface Place {
  /** Kept between runs: virtual environments, modules. */
  readonly cache: string;
  /** New for each run. */
  readonly folder: string;
  readonly show: boolean;
}

/** A suite that others wrote, run as it is published. */
export interface Suite {
  readonly name: string;
  /** `openstacksdk 4.22.0` */
  readonly client: string;
  /** Whether a test of it looks for the compute service in the catalog. */
  readonly withCompute?: boolean;
  readonly run: (place: Place, site: Site) => Promise<readonly PeerTest[]>;
}
