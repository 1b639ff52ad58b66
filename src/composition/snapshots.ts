import type { ResetsAndSnapshots } from '../admin/snapshot-routes';
import type { Clock } from '../core/clock';
import type { RepeatableIds } from '../core/ids';
import { SnapshotRefused } from '../core/snapshots';
import type { ImageService } from '../core/image-service';
import type { StaleListDetector } from '../core/stale-lists';
import type { PlaintextCredentials } from '../seed/plaintext-credentials';
import { externalSeedIdentity } from '../seed/external-identity';
import { applySeed, applySeedImages } from '../seed/seed';
import type { Seed } from '../seed/seed-file';
import type { Config } from '../settings/config';
import type { StateFolder } from '../settings/state-folder';
import type { ConnectionSettings, Database } from '../storage/database/database';
import { removeAllImages } from '../storage/image-removal';
import { PostgresSnapshots } from '../storage/snapshots/snapshot-store';
import type { History } from './history';
import type { ChosenIdentity } from './identity-choice';
import { StateFiles } from './state-files';
import { createThrowAwayProjects } from './throw-away-projects';

export interface ResetsAndSnapshotsDeps {
  readonly connection: ConnectionSettings;
  /** See GatewayDeps. */
  readonly seed: Seed | undefined;
  readonly known: PlaintextCredentials | undefined;
  readonly database: Database;
  readonly folder: StateFolder;
  readonly chosen: ChosenIdentity;
  readonly images: ImageService;
  readonly clock: Clock;
  readonly past: Pick<History, 'restarted'>;
  readonly ids: RepeatableIds;
  readonly staleLists: Pick<StaleListDetector, 'forget'>;
}

/**
 * Reset and snapshots: of images and what belongs to them. Users, projects and access keys stay; a reset of everything
 * applies the seed to them, too.
 */
export function createResetsAndSnapshots(config: Config, deps: ResetsAndSnapshotsDeps): ResetsAndSnapshots {
  const { database, folder, chosen, clock, past, ids, staleLists } = deps;
  const snapshots = new PostgresSnapshots(database, folder.imageData, clock);
  const states = new StateFiles(config, { ...deps, embedded: chosen.embedded });
  const inTurn = oneAfterAnother();
  return {
    reset: (projectId) => inTurn(projectId, () => reset(config, deps, { snapshots, states }, projectId)),
    stateFile: async (id) => states.write(await requireSnapshot(snapshots, id)),
    take: (projectId) => inTurn(projectId, () => snapshots.take(projectId)),
    list: (projectId) => snapshots.list(projectId),
    remove: (projectId, id) => inTurn(projectId, () => snapshots.remove(projectId, id)),
    restore: (projectId, id) =>
      inTurn(projectId, async () => {
        await snapshots.restore(projectId, id);
        await past.restarted(projectId);
        staleLists.forget(projectId);
        ids.restored(projectId);
      }),
    projects: createThrowAwayProjects(database, snapshots, chosen.embedded, ids),
    hasProject: async (id) =>
      chosen.embedded === null || (await chosen.embedded.directory.findProject({ id })) !== undefined,
  };
}

interface Means {
  readonly snapshots: PostgresSnapshots;
  readonly states: StateFiles;
}

async function reset(
  config: Config,
  { database, folder, chosen, images, past, ids, staleLists, seed }: ResetsAndSnapshotsDeps,
  { snapshots, states }: Means,
  projectId: string | null,
): Promise<void> {
  const { stateFile, imageTagQuota } = config;
  if (projectId !== null) await snapshots.empty(projectId);
  else if (stateFile === null) await removeAllImages(database, folder.imageData);
  if (stateFile !== null) await states.putBack(projectId);
  await past.restarted(projectId);
  staleLists.forget(projectId);
  ids.emptied(projectId);
  const source = seed ?? config.seedFile;
  if (source === null) return;
  const identity = chosen.embedded ?? externalSeedIdentity;
  if (projectId === null) await applySeed(source, identity, images, imageTagQuota);
  else await applySeedImages(source, projectId, identity, images, imageTagQuota);
}

async function requireSnapshot(snapshots: PostgresSnapshots, id: string): Promise<string> {
  const all = await snapshots.list(null);
  if (all.some((snapshot) => snapshot.id === id)) return id;
  throw new SnapshotRefused({ kind: 'snapshot-missing', id });
}

/** Calls for the same project one after another, so that each caller gets the state it asked for. */
function oneAfterAnother(): <Result>(
  projectId: string | null,
  work: () => Promise<Result>,
) => Promise<Result> {
  const last = new Map<string | null, Promise<unknown>>();
  return (projectId, work) => {
    const mine = (last.get(projectId) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(projectId) === settled) last.delete(projectId);
      });
    last.set(projectId, settled);
    return mine;
  };
}
