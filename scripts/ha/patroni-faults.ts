import type { Member, PatroniCluster } from './patroni-cluster';
import { until } from './postgres-tools';

/** What happens to the leader, and how that ends. */
export interface Fault {
  /** Ends when another member leads. */
  readonly strike: (cluster: PatroniCluster, leader: Member) => Promise<void>;
  readonly end: (cluster: PatroniCluster, leader: Member) => Promise<void>;
}

function another(cluster: PatroniCluster, { name }: Member): Promise<void> {
  return until(async () => (await cluster.leader()).name !== name, 'no other member took the lead');
}

const nothing = (): Promise<void> => Promise.resolve();

export const faults = {
  /** It is asked to hand over. */
  switchover: { strike: (cluster, leader) => cluster.switchOver(leader), end: nothing },
  /** Patroni and Postgres die at once. */
  kill: {
    strike: (cluster, leader) => {
      cluster.signal(leader, 'SIGKILL');
      return another(cluster, leader);
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
      return another(cluster, leader);
    },
    end: (cluster, leader) => {
      cluster.signal(leader, 'SIGCONT');
      return nothing();
    },
  },
  /** Nothing between it and etcd arrives any more; clients still reach it. */
  cut: {
    strike: async (cluster, leader) => {
      await leader.network.set('half-open');
      await another(cluster, leader);
    },
    end: (_, leader) => leader.network.set('fair'),
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as FaultName[];
