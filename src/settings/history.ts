import type { SettingsReader } from './reader';

/** The history of tag changes, and who may watch it. */
export interface HistoryConfig {
  /** null: nothing is recorded */
  readonly history: {
    /** null: forever */
    readonly days: number | null;
  } | null;
  /** Maximum connections waiting for changes of one project, per process. */
  readonly watchersPerProject: number;
}

export function readHistoryConfig(read: SettingsReader): HistoryConfig {
  return {
    history: readHistory(read),
    watchersPerProject: read.integer('TAGWAY_WATCHERS_PER_PROJECT', 2_000, 1, 1_000_000),
  };
}

function readHistory(read: SettingsReader): HistoryConfig['history'] {
  if (read.text('TAGWAY_HISTORY_DAYS') === 'off') return null;
  const days = read.integer('TAGWAY_HISTORY_DAYS', 90, 0, 36_500);
  return { days: days === 0 ? null : days };
}
