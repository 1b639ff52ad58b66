import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';
import { SmallDisk } from '../../test/support/small-disk';
import { embeddedSite, type Site, type SiteSettings } from './site';

/** A gateway on a small disk; only root can have one. */
export class SmallDiskSite {
  private disk: SmallDisk | undefined;

  async site(settings: SiteSettings): Promise<Site> {
    // Each site has a new one.
    const disk = SmallDisk.mount(360);
    this.disk = disk;
    const site = await embeddedSite(settings, disk.folder);
    return {
      ...site,
      stop: async () => {
        await site.stop();
        disk.remove();
      },
    };
  }

  fill(): void {
    this.disk?.fill();
  }

  empty(): void {
    this.disk?.empty();
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
