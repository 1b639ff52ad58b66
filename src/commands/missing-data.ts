import type { ImageWithData } from '../storage/backup';
import { DirectoryDataStore } from '../storage/images/image-data-store';

/** Maximum number of images named. */
const named = 10;

/**
 * Finds images without a data file, or with one of another length.
 * @returns sentences to print
 */
export async function describeMissingData(
  images: AsyncIterable<ImageWithData>,
  folder: string,
): Promise<string[]> {
  const store = new DirectoryDataStore(folder);
  const missing: string[] = [];
  let [all, lacking] = [0, 0];
  for await (const { imageId, size } of images) {
    all++;
    if ((await store.sizeOf(imageId)) === size) continue;
    lacking++;
    if (missing.length < named) missing.push(imageId);
  }
  if (all === 0) return [];
  const sentences = [
    `${String(all)} images have data, which are files and no part of an export: copy ${folder} as well.`,
  ];
  if (lacking === 0) return sentences;
  const more = lacking > named ? ` and ${String(lacking - named)} more` : '';
  return [
    ...sentences,
    `The data of ${String(lacking)} of them are not there, or not whole: ${missing.join(', ')}${more}.`,
  ];
}
