import type { Config } from '../settings/config';
import type { ImageService } from '../core/image-service';
import type { ChosenIdentity } from './identity-choice';
import { elsewhere } from '../seed/elsewhere';
import { applySeed } from '../seed/seed';
import type { StateFolder } from '../process/state-folder';
import type { Database } from '../storage/database/database';
import { removeAllImages } from '../storage/reset';

export interface ResetGrounds {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly chosen: ChosenIdentity;
  readonly images: ImageService;
}

/**
 * What `POST /admin/reset` does: images go, the seed is applied again. Users, projects and access keys stay, and
 * those that the seed names follow it. One after another, so that each caller gets the state that it asked for.
 */
export function resetOf(
  { seedFile, rules }: Config,
  { database, folder, chosen, images }: ResetGrounds,
): () => Promise<void> {
  let before: Promise<void> = Promise.resolve();
  const reset = async (): Promise<void> => {
    await removeAllImages(database, folder.imageData);
    if (seedFile !== null)
      await applySeed(seedFile, chosen.embedded ?? elsewhere, images, rules.imageTagQuota);
  };
  return () => {
    const mine = before.then(reset);
    before = mine.catch(() => undefined);
    return mine;
  };
}
