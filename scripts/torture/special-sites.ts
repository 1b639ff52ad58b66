import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';
import { embeddedSite, type Site, type SiteSettings } from './site';

/** A small disk in memory; only root can have one. */
export class SmallDisk {
  private folder = '';

  /** @returns null when there can be none, and why is said in `reason` */
  static reasonAgainst(): string | null {
    if (process.getuid?.() !== 0) return 'only root can mount a small disk';
    const tried = new SmallDisk();
    const { status, stderr } = tried.mount();
    tried.remove();
    return status === 0 ? null : `no tmpfs can be mounted: ${stderr.trim()}`;
  }

  async site(settings: SiteSettings): Promise<Site> {
    const { status, stderr } = this.mount();
    if (status !== 0) throw new Error(stderr);
    const site = await embeddedSite(settings, this.folder);
    return {
      ...site,
      stop: async () => {
        await site.stop();
        this.remove();
      },
    };
  }

  fill(): void {
    const file = openSync(join(this.folder, 'ballast'), 'w');
    try {
      for (let size = 2 ** 20; size >= 2 ** 12; size /= 16) writeUntilFull(file, size);
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(join(this.folder, 'ballast'), { force: true });
  }

  /** Each site has a new one. */
  private mount(): { status: number | null; stderr: string } {
    this.folder = temporaryFolder('tagway-small-disk');
    const args = ['-t', 'tmpfs', '-o', 'size=360m,mode=755', 'tmpfs', this.folder];
    return spawnSync('mount', args, { encoding: 'utf8' });
  }

  private remove(): void {
    spawnSync('umount', ['-l', this.folder]);
    removeFolder(this.folder);
  }
}

function writeUntilFull(file: number, size: number): void {
  const piece = Buffer.alloc(size, 1);
  try {
    for (;;) if (writeSync(file, piece) < size) return;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
}

/** A clock that the gateway sees and a file decides: Debian's libfaketime. */
export class FakedClock {
  private folder = '';

  static library(): string | null {
    if (!existsSync('/usr/lib')) return null;
    const folders = ['/usr/lib', ...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))];
    const places = folders.map((folder) => join(folder, 'faketime/libfaketimeMT.so.1'));
    return places.find((path) => existsSync(path)) ?? null;
  }

  static reasonAgainst(): string | null {
    return FakedClock.library() === null ? 'libfaketime is not installed (Debian: libfaketime)' : null;
  }

  set(offset: string): void {
    writeFileSync(join(this.folder, 'offset'), `${offset}\n`);
  }

  async site(settings: SiteSettings): Promise<Site> {
    this.folder = temporaryFolder('tagway-clock');
    this.set('+0');
    const site = await embeddedSite(settings, undefined, {
      LD_PRELOAD: FakedClock.library() ?? '',
      FAKETIME_TIMESTAMP_FILE: join(this.folder, 'offset'),
      FAKETIME_NO_CACHE: '1',
      // Timers go by the other clock, which no operator can set.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    return {
      ...site,
      stop: async () => {
        await site.stop();
        removeFolder(this.folder);
      },
    };
  }
}
