import { copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataFilePath, stagedFilePath } from '../images/image-data-store';

/** In the folder of image data. */
export const snapshotFolder = 'snapshots';

/** How many files are linked at a time. */
const together = 32;

/**
 * Image data of snapshots, as hard links: a file of image data is never written again under its name. Where the file
 * system has no links, as copies.
 */
export class SnapshotFiles {
  /** @param folder of a DirectoryDataStore */
  constructor(private readonly folder: string) {}

  async keep(snapshotId: string, imageIds: readonly string[]): Promise<void> {
    const kept = this.folderOf(snapshotId);
    await each(imageIds, (id) => linked(dataFilePath(this.folder, id), dataFilePath(kept, id)));
  }

  /** Puts the data back; those of an image with the same id that was made since are replaced. */
  async putBack(snapshotId: string, imageIds: readonly string[]): Promise<void> {
    const kept = this.folderOf(snapshotId);
    await each(imageIds, (id) => linked(dataFilePath(kept, id), dataFilePath(this.folder, id)));
  }

  async removeData(imageIds: readonly string[]): Promise<void> {
    await each(imageIds, async (id) => {
      await rm(dataFilePath(this.folder, id), { force: true });
      await rm(stagedFilePath(this.folder, id), { force: true });
    });
  }

  async drop(snapshotId: string): Promise<void> {
    await rm(this.folderOf(snapshotId), { recursive: true, force: true });
  }

  private folderOf(snapshotId: string): string {
    return join(this.folder, snapshotFolder, snapshotId);
  }
}

async function each(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < ids.length; at += together) {
    await Promise.all(ids.slice(at, at + together).map(work));
  }
}

/** Without the file there is nothing to keep: the data are lost already. */
async function linked(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([from, to].map((path) => stat(path).catch(() => undefined)));
  if (!source || (target?.ino === source.ino && target.dev === source.dev)) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const aside = `${to}.restored`;
  await rm(aside, { force: true });
  await link(from, aside).catch(() => copyFile(from, aside));
  await rename(aside, to);
}
