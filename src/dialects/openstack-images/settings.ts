import type { SettingsSource } from '../dialect';
import type { GlanceRelease } from './release';

/** Settings that only this dialect has. */
export interface ImageSettings {
  readonly release: GlanceRelease;
  /** Name of the one store; null: stores have no names, as in a Glance without `enabled_backends`. */
  readonly store: string | null;
  /** Whether `/v2/cache` has a cache to show. */
  readonly cache: boolean;
  /** Whose defaults a new image has. */
  readonly defaults: 'glance' | 'ims';
}

export function readImageSettings(read: SettingsSource): ImageSettings {
  return {
    release: read.choice('TAGWAY_GLANCE_RELEASE', ['zed', 'hibiscus']),
    store: read.word('TAGWAY_IMAGE_STORE'),
    cache: read.choice('TAGWAY_IMAGE_CACHE', ['off', 'on']) === 'on',
    defaults: read.choice('TAGWAY_IMAGE_DEFAULTS', ['glance', 'ims']),
  };
}
