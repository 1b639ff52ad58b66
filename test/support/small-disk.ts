import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from './gateway-process';

/** A small disk in memory, which may be filled; only root can have one. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @returns null when there can be none, and why is said in `reason` */
  static reasonAgainst(): string | null {
    if (process.getuid?.() !== 0) return 'only root can mount a small disk';
    try {
      SmallDisk.mount(1).remove();
      return null;
    } catch (error) {
      return `no tmpfs can be mounted: ${(error as Error).message}`;
    }
  }

  /** @throws Error when it cannot be mounted */
  static mount(mebibytes: number): SmallDisk {
    const folder = temporaryFolder('tagway-small-disk');
    const args = ['-t', 'tmpfs', '-o', `size=${String(mebibytes)}m,mode=755`, 'tmpfs', folder];
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
    if (status === 0) return new SmallDisk(folder);
    removeFolder(folder);
    throw new Error(stderr.trim());
  }

  get free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all the room but so many bytes, or what there is. */
  fill(leave = 0): void {
    this.empty();
    const file = openSync(this.ballast, 'w');
    try {
      for (let size = 2 ** 20; size >= 2 ** 12; size /= 16) {
        const piece = Buffer.alloc(size, 1);
        while (this.free >= leave + size && isWritten(file, piece));
      }
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  remove(): void {
    spawnSync('umount', ['-l', this.folder]);
    removeFolder(this.folder);
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}

function isWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
