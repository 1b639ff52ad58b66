import { LRUCache } from 'lru-cache';
import type { PageImage } from './page-reader';
import type { FoundRow } from './page-statement';

/** About bytes, with the JSON that is written of them: of all entries, of one that is kept at most, of one without tags and properties. */
const sizes = { all: 32 * 1024 * 1024, entry: 64 * 1024, least: 3_000 };

/** What a byte of JSON takes as tags of an image. */
const perByte = 8;

/**
 * Images as lists last read them, in the memory of this process. A list takes one from here only while the row that it found is the
 * one that was read: every change of an image, and of its tags, makes another row. No writer has to announce a change.
 */
export class RecentImages {
  private readonly entries = new LRUCache<string, PageImage>({
    maxSize: sizes.all,
    maxEntrySize: sizes.entry,
    sizeCalculation: ({ bytes }) => sizes.least + perByte * bytes,
  });

  get({
    project_id: projectId,
    id,
    row_version: version,
    updated_at: updatedAt,
  }: FoundRow): PageImage | undefined {
    const known = this.entries.get(id);
    if (known === undefined || known.version !== version) return undefined;
    const { image } = known;
    return image.projectId === projectId && image.updatedAt === updatedAt ? known : undefined;
  }

  keep(read: PageImage): void {
    if (read.version !== undefined) this.entries.set(read.image.imageId, read);
  }
}
