import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { signIn } from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import type { Speaker } from '../../test/support/dialects';
import { migrate } from '../../src/storage/migrator';
import { SupervisedGateway } from '../torture/supervised';
import { CitusCluster } from './citus-cluster';

/** A gateway on Citus, with a project on each worker. */
export interface CitusSite {
  readonly cluster: CitusCluster;
  readonly gateway: SupervisedGateway;
  /** By the worker that has it. */
  readonly speakers: Readonly<Record<'worker1' | 'worker2', Speaker>>;
  stop(): Promise<void>;
}

/** @param isDistributed false: an ordinary database inside of the cluster, still to be moved */
export async function startCitus(
  folder: string,
  isDistributed: boolean,
  fill: (cluster: CitusCluster) => Promise<void> = () => Promise.resolve(),
): Promise<CitusSite> {
  const cluster = await CitusCluster.start(folder);
  try {
    await migrate(cluster.url, { citus: isDistributed });
    await fill(cluster);
    const projects = {
      worker1: await projectOn(cluster, 'worker1', isDistributed),
      worker2: await projectOn(cluster, 'worker2', isDistributed),
    };
    const users = Object.entries(projects).map(([name, id]) => ({
      ...{ name, password: seeded.password, roles: { [id]: ['member'] } },
    }));
    const gateway = await SupervisedGateway.start(join(folder, 'gateway'), {
      DATABASE_URL: cluster.url,
      TAGWAY_MASTER_KEY: 'ab'.repeat(32),
      TAGWAY_SEED: writeSeed(folder, {
        projects: Object.entries(projects).map(([name, id]) => ({ id, name })),
        users,
      }),
      TAGWAY_IMAGE_TAG_QUOTA: '100000',
      TAGWAY_LOG_LEVEL: 'error',
    });
    const speaker = async (name: 'worker1' | 'worker2'): Promise<Speaker> => ({
      ...{ port: gateway.port, project: projects[name], timeoutMs: 15_000 },
      token: await signIn(gateway.url, name, seeded.password, name),
    });
    const speakers = { worker1: await speaker('worker1'), worker2: await speaker('worker2') };
    const stop = async (): Promise<void> => {
      await gateway.stop();
      await cluster.stop();
    };
    return { cluster, gateway, speakers, stop };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** An id that hashes to a shard of that worker. */
async function projectOn(cluster: CitusCluster, worker: string, isDistributed: boolean): Promise<string> {
  for (;;) {
    const id = randomBytes(16).toString('hex');
    if (!isDistributed || (await cluster.workerOf(id)) === worker) return id;
  }
}
