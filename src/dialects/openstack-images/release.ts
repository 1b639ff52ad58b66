/** A release of Glance: where they differ, its answers are given. docs/releases.md lists where. */
export type GlanceRelease = 'zed' | 'hibiscus';
