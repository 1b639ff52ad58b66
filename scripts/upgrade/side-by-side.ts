import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import type { ConnectionSettings } from '../../src/storage/database/database';
import { connectionUrl } from '../../test/support/connection-url';
import { openstack, type Speaker } from '../../test/support/dialects';
import { type GatewayProcess, signIn, startGatewayProcess } from '../../test/support/gateway-process';
import { faultOf } from '../../test/support/history';
import { seeded, writeSeed } from '../../test/support/seed';
import { TagLoad } from '../../test/support/tag-load';
import { send } from '../../test/support/wire';
import { WatchedCounts } from './watched-counts';

export interface Outcome {
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clients = 12;
const phaseMs = 4_000;
/** The earlier build fails what is in flight when a migration changes a table that it has prepared statements for. */
const mayFail = clients;

/**
 * A rolling update and the way back: the earlier build serves alone, both serve, the new one alone, and the earlier
 * one again beside it on the schema that the new one made. Clients change and read tags through all dialects all the
 * time; only those in flight at the migration may fail, and what clients saw must fit one order.
 */
export async function sideBySide(earlier: string, folder: string): Promise<Outcome> {
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
    return await update(start, earlier, server.connection);
  } finally {
    for (const { child } of running) child.kill('SIGKILL');
    await server.stop();
  }
}

type Start = (name: string, checkout?: string) => Promise<GatewayProcess>;

async function update(start: Start, earlier: string, connection: ConnectionSettings): Promise<Outcome> {
  const old = await start('old', earlier);
  const token = await signIn(old.url, 'alice', seeded.password, 'alpha');
  let ports: readonly number[] = [old.port];
  const speakerOf = (client: number): Speaker => ({
    port: ports[client % ports.length] ?? old.port,
    timeoutMs: 15_000,
    project: seeded.alpha,
    token,
  });
  const load = await TagLoad.begin({ clients, seed: 1, name: 'upgrade', delayMs: 10, speakerOf });
  await sleep(phaseMs);
  const begun = performance.now();
  const now = await start('new');
  const upgradeMs = Math.round(performance.now() - begun);
  const counts = new WatchedCounts(connection, seeded.alpha);
  ports = [old.port, now.port];
  await sleep(phaseMs);
  const unrecorded = await unrecordedFault(old, now, token);
  ports = [now.port];
  await sleep(1_000);
  await old.stop();
  const back = await start('back', earlier);
  ports = [now.port, back.port];
  await sleep(phaseMs);
  ports = [now.port];
  await load.stop();
  await load.readAll();
  const watched = await counts.stop();
  await Promise.all([now.stop(), back.stop()]);
  const { operations, slowest, unknown, unexpected } = load.record;
  const failed = unknown + unexpected.length;
  return {
    faults: [
      ...unrecorded,
      ...faultsOf(load),
      ...watched.faults,
      ...(failed > mayFail ? reportOf(load) : []),
    ],
    figures: { upgradeMs, operations, failed, slowestMs: Math.round(slowest), ...watched.figures },
  };
}

/** What clients saw fits no order: a tag was lost, or came back. */
function faultsOf({ images }: TagLoad): string[] {
  return images.map(faultOf).flatMap((fault) => (fault ? [`${fault.kind}:\n${fault.story}`] : []));
}

function reportOf({ record }: TagLoad): string[] {
  const unexpected = record.unexpected.map(({ what, status, text }) => `${what}: ${String(status)} ${text}`);
  return ['more requests failed than were in flight at the migration', ...record.unanswered, ...unexpected];
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
