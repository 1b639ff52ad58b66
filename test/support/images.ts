import { randomUUID } from 'node:crypto';
import { SystemClock } from '../../src/core/clock';
import type { ImageRef, NewImage } from '../../src/core/image';
import type { Database } from '../../src/storage/database/database';
import { tagFromName } from '../../src/core/tag';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { stampAt } from './tag-verbs';

const clock = new SystemClock();

/** An image as a store takes it, in the project `p` unless another is named. */
export function newImage(named: Partial<NewImage> = {}, ...tags: string[]): NewImage {
  return {
    projectId: 'p',
    imageId: randomUUID(),
    name: 'an image',
    visibility: 'shared',
    diskFormat: null,
    containerFormat: null,
    minDisk: 0,
    minRam: 0,
    protected: false,
    hidden: false,
    properties: new Map(),
    status: 'queued',
    createdAt: clock.now(),
    tags: tags.map(tagFromName),
    ...named,
  };
}

/** Stores a new image. @throws Error when its id is taken */
export async function storedImage(
  database: Database,
  named: Partial<NewImage> = {},
  ...tags: string[]
): Promise<ImageRef> {
  const image = newImage(named, ...tags);
  if (!(await new PostgresImageStore(database).create(image, stampAt()))) throw new Error('the id is taken');
  return { projectId: image.projectId, imageId: image.imageId };
}
