import type { Isolation } from '../admin/isolation';
import type { Clock } from '../core/clock';
import type { RepeatableIds } from '../core/ids';
import type { ImageService } from '../core/image-service';
import type { StaleLists } from '../core/stale-lists';
import { externalIdentity } from '../seed/external-identity';
import { applySeed, applySeedImages } from '../seed/seed';
import type { Config } from '../settings/config';
import type { StateFolder } from '../settings/state-folder';
import type { Database } from '../storage/database/database';
import { removeAllImages } from '../storage/reset';
import { PostgresSnapshots } from '../storage/snapshots/snapshot-store';
import type { History } from './history';
import type { ChosenIdentity } from './identity-choice';
import { throwAwayProjects } from './throw-away-projects';

export interface IsolationDeps {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly chosen: ChosenIdentity;
  readonly images: ImageService;
  readonly clock: Clock;
  readonly past: Pick<History, 'restarted'>;
  readonly ids: RepeatableIds;
  readonly staleLists: Pick<StaleLists, 'forget'>;
}

/**
 * Reset and snapshots: of images and what belongs to them. Users, projects and access keys stay; a reset of everything
 * applies the seed to them, too.
 */
export function createIsolation(config: Config, deps: IsolationDeps): Isolation {
  const { database, folder, chosen, clock, past, ids, staleLists } = deps;
  const snapshots = new PostgresSnapshots(database, folder.imageData, clock);
  const inTurn = oneAfterAnother();
  return {
    reset: (projectId) => inTurn(projectId, () => reset(config, deps, snapshots, projectId)),
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
    projects: throwAwayProjects(database, snapshots, chosen.embedded, ids),
    hasProject: async (id) =>
      chosen.embedded === null || (await chosen.embedded.directory.findProject({ id })) !== undefined,
  };
}

async function reset(
  { seedFile, imageTagQuota }: Config,
  { database, folder, chosen, images, past, ids, staleLists }: IsolationDeps,
  snapshots: PostgresSnapshots,
  projectId: string | null,
): Promise<void> {
  const identity = chosen.embedded ?? externalIdentity;
  if (projectId === null) {
    await removeAllImages(database, folder.imageData);
    await past.restarted(null);
    staleLists.forget(null);
    ids.emptied(null);
    if (seedFile !== null) await applySeed(seedFile, identity, images, imageTagQuota);
    return;
  }
  await snapshots.empty(projectId);
  await past.restarted(projectId);
  staleLists.forget(projectId);
  ids.emptied(projectId);
  if (seedFile !== null) await applySeedImages(seedFile, projectId, identity, images, imageTagQuota);
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
