import type { SettingsSource } from '../dialect';
import { type OpenstackSettings, readOpenstackSettings } from './release';

/** Settings that only this dialect has. */
export interface ImageSettings extends OpenstackSettings {
  /** Name of the one store; null: stores have no names, as in a Glance without `enabled_backends`. */
  readonly store: string | null;
}

export function readImageSettings(read: SettingsSource): ImageSettings {
  return { ...readOpenstackSettings(read), store: read.word('TAGWAY_IMAGE_STORE') };
}
