import type { WireRequest } from './requests';
import type { Site } from './site';

/** What requests send to Postgres, one by one. */
export interface PgbenchScript {
  readonly script: string;
  /** that one run of the script stands for */
  readonly requests: number;
  /** As the gateway sends it: named statements are prepared, composed ones are parsed and planned each time. */
  readonly prepared: boolean;
}

export interface Workload {
  readonly name: string;
  readonly api: 'openstack' | 'huawei';
  /** Requests in their order; they are sent again from the start when they come to an end. */
  requests(site: Site): WireRequest[];
  pgbench(site: Site): PgbenchScript | Promise<PgbenchScript>;
  /** Puts the data into the state that a run begins with. */
  prepare?(site: Site): string[];
  /** Takes away what the runs have left. */
  clean?(site: Site): string[];
}

export const each = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));
