import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ImageRef } from '../core/image';
import type { ShownTagsStore, ShownTags } from '../core/stale-lists';

/** Clients write within seconds of reading; some hold an image for as long as a form is open. */
const maxAgeMs = 10 * 60_000;
/** Units are about bytes. */
const maxSize = 16 * 1024 * 1024;
/** Of an entry without tags. */
const entrySize = 300;

interface Entry extends ShownTags {
  readonly projectId: string;
}

/** In the memory of this process. Sessions are kept as digests: they may be tokens. */
export class InMemoryShownTagsStore implements ShownTagsStore {
  private readonly entries = new LRUCache<string, Entry>({
    maxSize,
    ttl: maxAgeMs,
    sizeCalculation: ({ names }) => names.reduce((sum, name) => sum + 20 + 2 * name.length, entrySize),
  });

  get(session: string, image: ImageRef): ShownTags | undefined {
    return this.entries.get(keyOf(session, image));
  }

  set(session: string, image: ImageRef, { revision, names }: ShownTags): void {
    this.entries.set(keyOf(session, image), { projectId: image.projectId, revision, names });
  }

  forget(projectId: string | null): void {
    if (projectId === null) this.entries.clear();
    for (const [key, entry] of this.entries) if (entry.projectId === projectId) this.entries.delete(key);
  }
}

function keyOf(session: string, { projectId, imageId }: ImageRef): string {
  return createHash('sha256').update(`${session}\n${projectId}\n${imageId}`).digest('base64');
}
