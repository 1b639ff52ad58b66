import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { connectionUrl } from '../../test/support/connection-url';
import { openstack } from '../../test/support/dialects';
import { type GatewayProcess, signIn, startGatewayProcess } from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import { send } from '../../test/support/wire';
import { say } from '../ha/report';
import { Clients, type Site } from './clients';
import { fillProject, type FilledProject } from './filled-project';
import type { Outcome } from './outcome';
import { WatchedCounts } from './watched-counts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const phaseMs = 3_000;

/**
 * A rolling update and the way back: the earlier build serves alone, both serve, the new one alone, and the earlier
 * one again beside it on the schema that the new one made. Clients change and read tags through all dialects all the
 * time, some of them on images that were filled in; only those in flight at the migration may fail, and what clients
 * saw must fit one order.
 */
export async function sideBySide(earlier: string, folder: string, filled: FilledProject): Promise<Outcome> {
  // As root, Postgres runs under another account.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({ stateDir: join(folder, 'postgres'), log: quiet });
  const env = {
    DATABASE_URL: connectionUrl(server.connection),
    TAGWAY_MASTER_KEY: 'ab'.repeat(32),
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_LOG_LEVEL: 'error',
  };
  const running: GatewayProcess[] = [];
  const start = async (name: string, checkout?: string): Promise<GatewayProcess> => {
    const gateway = await startGatewayProcess(join(folder, name), env, checkout);
    running.push(gateway);
    return gateway;
  };
  try {
    return await update(start, earlier, { connection: server.connection, filled });
  } finally {
    for (const { child } of running) child.kill('SIGKILL');
    await server.stop();
  }
}

type Start = (name: string, checkout?: string) => Promise<GatewayProcess>;

async function update(start: Start, earlier: string, site: Site): Promise<Outcome> {
  const old = await start('old', earlier);
  say(`filling ${String(site.filled.images)} images`);
  await fillProject(site.connection, site.filled);
  const token = await signIn(old.url, 'alice', seeded.password, 'alpha');
  const clients = await Clients.begin(site, old.port, token);
  await sleep(phaseMs);
  const begun = performance.now();
  const now = await start('new');
  const upgradeMs = Math.round(performance.now() - begun);
  const counts = new WatchedCounts(site.connection, seeded.alpha, clients.keys);
  clients.ports = [old.port, now.port];
  await sleep(phaseMs);
  const unrecorded = await unrecordedFault(old, now, token);
  clients.ports = [now.port];
  await sleep(1_000);
  await old.stop();
  const back = await start('back', earlier);
  clients.ports = [now.port, back.port];
  await sleep(phaseMs);
  clients.ports = [now.port];
  const seen = await clients.stop();
  const watched = await counts.stop();
  await Promise.all([now.stop(), back.stop()]);
  return {
    faults: [...unrecorded, ...seen.faults, ...watched.faults],
    figures: { upgradeMs, ...seen.figures, ...watched.figures },
  };
}

/** What the earlier build changes during the update stands in the history, as `unrecorded` where it kept none, and loses no tag. */
async function unrecordedFault(
  old: GatewayProcess,
  { port }: GatewayProcess,
  token: string,
): Promise<string[]> {
  const [before, after] = [old.port, port].map((at) =>
    openstack({ port: at, project: seeded.alpha, token }),
  ) as [ReturnType<typeof openstack>, ReturnType<typeof openstack>];
  const id = await after.create({ name: 'both', tags: ['first'] });
  await before.put(id, 'of the earlier build');
  await after.put(id, 'of the new build');
  const tags = await before.tags(id);
  const path = `/tags/v1/projects/${seeded.alpha}/images/${id}/tags/history`;
  const history = await send(port, 'GET', path, { token });
  const faults = tags.length === 3 ? [] : [`tags of both builds: ${tags.join()}`];
  const isShown = ['unrecorded', 'of the earlier build'].some((text) => history.text.includes(text));
  return isShown ? faults : [...faults, `no trace of the earlier build's change: ${history.text}`];
}
