import { statfs } from 'node:fs/promises';
import { Refused } from '../../core/errors';

const mebibyte = 1024 * 1024;

/** An upload checks the disk each time it has written this much (bytes). */
export const checkRoomEveryBytes = 4 * mebibyte;

/** Postgres begins a new file of its log (16 MiB) before it needs it, and ends when it cannot. */
const neededByDatabase = 32 * mebibyte;

/** How much of the disk image data may not take, so that everything else can still be written. */
export class DiskRoom {
  /**
   * @param folder on that disk; it must be there
   * @param reserve bytes; null: a twentieth of the disk, 1 GiB at most
   */
  constructor(
    private readonly folder: string,
    private readonly reserve: number | null = null,
  ) {}

  /** @throws Refused data-no-room when the disk would have less than the reserve left after so many bytes */
  async require(imageId: string, bytes: number): Promise<void> {
    const disk = await this.look();
    if (disk && disk.free - bytes < this.reserveOf(disk.size)) {
      throw new Refused({ kind: 'data-no-room', imageId });
    }
  }

  /** Whether a database on this disk is about to run out of room. */
  async isLow(): Promise<boolean> {
    const disk = await this.look();
    return disk !== undefined && disk.free < Math.min(neededByDatabase, disk.size / 50);
  }

  private reserveOf(size: number): number {
    return this.reserve ?? Math.min(1024 * mebibyte, size / 20);
  }

  /** undefined where the system does not report it: a full disk then fails the write. */
  private async look(): Promise<{ readonly free: number; readonly size: number } | undefined> {
    try {
      const { bavail, blocks, bsize } = await statfs(this.folder);
      return { free: bavail * bsize, size: blocks * bsize };
    } catch {
      return undefined;
    }
  }
}
