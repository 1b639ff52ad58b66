import type { Config } from '../settings/config';
import type { ImageService } from '../core/image-service';
import type { ChosenIdentity } from './identity-choice';
import { externalIdentity } from '../seed/external-identity';
import { applySeed } from '../seed/seed';
import type { StateFolder } from '../settings/state-folder';
import type { Database } from '../storage/database/database';
import { removeAllImages } from '../storage/reset';

export interface ResetDeps {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly chosen: ChosenIdentity;
  readonly images: ImageService;
}

/**
 * `POST /admin/reset`: deletes images and applies the seed again. Users, projects and access keys stay, and those in
 * the seed follow it. Resets run one after another, so that each caller gets the state it asked for.
 */
export function resetOf(
  { seedFile, imageTagQuota }: Config,
  { database, folder, chosen, images }: ResetDeps,
): () => Promise<void> {
  let before: Promise<void> = Promise.resolve();
  const reset = async (): Promise<void> => {
    await removeAllImages(database, folder.imageData);
    const identity = chosen.embedded ?? externalIdentity;
    if (seedFile !== null) await applySeed(seedFile, identity, images, imageTagQuota);
  };
  return () => {
    const mine = before.then(reset);
    before = mine.catch(() => undefined);
    return mine;
  };
}
