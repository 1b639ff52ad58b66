import type { Member, PatroniCluster } from './patroni-cluster';

/** What happens to the leader, and how that ends. */
export interface Fault {
  readonly strike: (cluster: PatroniCluster, leader: Member) => Promise<void>;
  readonly end: (cluster: PatroniCluster, leader: Member) => Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

export const faults = {
  /** It is asked to hand over. */
  switchover: { strike: (cluster, leader) => cluster.switchOver(leader), end: nothing },
  /** Patroni and Postgres die at once. */
  kill: {
    strike: (cluster, leader) => {
      cluster.signal(leader, 'SIGKILL');
      return nothing();
    },
    end: (cluster, leader) => {
      cluster.startAgain(leader);
      return nothing();
    },
  },
  /** Both stand still, and go on later as if no time had passed. */
  pause: {
    strike: (cluster, leader) => {
      cluster.signal(leader, 'SIGSTOP');
      return nothing();
    },
    end: (cluster, leader) => {
      cluster.signal(leader, 'SIGCONT');
      return nothing();
    },
  },
  /** Nothing between it and etcd arrives any more; clients still reach it. */
  cut: {
    strike: (_, leader) => leader.network.set('half-open'),
    end: (_, leader) => leader.network.set('fair'),
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as FaultName[];
