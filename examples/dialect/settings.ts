import type { SettingsSource } from '../../src/dialects/dialect';

/** What only this dialect can be set to. */
export interface PlainTagsSettings {
  /** The limit of this dialect's writes; the tags of other dialects count. */
  readonly tagsPerImage: number;
}

export function readSettings(source: SettingsSource): PlainTagsSettings {
  return { tagsPerImage: source.integer('TAGWAY_PLAIN_TAGS_PER_IMAGE', 64, 1, 1_000) };
}
