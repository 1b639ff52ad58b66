import type { Image } from '../../core/image';
import { modelLimits } from '../../core/limits';
import { isConditionMet, type TagCondition } from '../../core/tag-condition';
import { isBounded, type PageReader, type PageImage, type PageReadMode } from './page-reader';
import type { FoundRow } from './page-statement';
import type { RecentImages } from './recent-images';

export interface LoadedPage {
  readonly images: readonly Image[];
  /** Images are added until the page has reached its limit of bytes. */
  readonly isCut: boolean;
  /** Since they were found, images have gone or no longer match. */
  readonly isStale: boolean;
}

/**
 * The images of a page with their tags, each project's by its own statement: engines that distribute projects
 * require it, and the plan is then the same for every search.
 */
export async function readImages(
  reader: PageReader,
  found: readonly FoundRow[],
  tags: readonly TagCondition[],
  reading: PageReadMode,
  recent: RecentImages | null,
): Promise<LoadedPage> {
  const read = await imagesOf(reader, found, reading, recent);
  const images: Image[] = [];
  let bytes = 0;
  let isStale = false;
  for (const [index, { visibility }] of found.entries()) {
    if (isBounded(reading) && bytes >= modelLimits.pageBytes) return { images, isCut: true, isStale };
    const one = read[index];
    if (
      one?.image.visibility === visibility &&
      tags.every((condition) => isConditionMet(condition, one.image.tags))
    ) {
      images.push(one.image);
    } else isStale = true;
    bytes += one?.bytes ?? 0;
  }
  return { images, isCut: isBounded(reading) && bytes >= modelLimits.pageBytes, isStale };
}

/** In the order in which they were found; undefined for what has gone. */
async function imagesOf(
  reader: PageReader,
  found: readonly FoundRow[],
  reading: PageReadMode,
  recent: RecentImages | null,
): Promise<(PageImage | undefined)[]> {
  const known = found.map((row) => recent?.get(row));
  const idsOf = new Map<string, string[]>();
  for (const [index, { project_id: project, id }] of found.entries()) {
    if (known[index]) continue;
    const ids = idsOf.get(project);
    if (ids) ids.push(id);
    else idsOf.set(project, [id]);
  }
  if (idsOf.size === 0) return known;
  const parts = await Promise.all(
    [...idsOf].map(([projectId, ids]) => reader.read({ projectId, ids, reading })),
  );
  const byProject = new Map([...idsOf.keys()].map((project, index) => [project, parts[index]]));
  return found.map(({ project_id: project, id }, index) => {
    const one = known[index] ?? byProject.get(project)?.get(id);
    if (one && !known[index]) recent?.keep(one);
    return one;
  });
}
