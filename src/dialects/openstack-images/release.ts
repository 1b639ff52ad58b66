import type { SettingsSource } from '../dialect';

/** A release of Glance: where they differ, its answers are given. docs/releases.md lists where. */
export type Release = 'zed' | 'hibiscus';

/** Settings that only this dialect has. */
export interface OpenstackSettings {
  readonly release: Release;
}

export function readOpenstackSettings(source: SettingsSource): OpenstackSettings {
  return { release: source.choice('TAGWAY_GLANCE_RELEASE', ['zed', 'hibiscus']) };
}
