import type { ImageWithData } from '../storage/backup';
import { DirectoryDataStore } from '../storage/images/image-data-store';

/** So many are named. */
const named = 10;

/**
 * Which images have no data file, or one of another length.
 * @returns the sentences to tell, none when there is nothing to say
 */
export async function tellMissingData(
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
  const told = [
    `${String(all)} images have data, which are files and no part of an export: copy ${folder} as well.`,
  ];
  if (lacking === 0) return told;
  const more = lacking > named ? ` and ${String(lacking - named)} more` : '';
  return [
    ...told,
    `The data of ${String(lacking)} of them are not there, or not whole: ${missing.join(', ')}${more}.`,
  ];
}
