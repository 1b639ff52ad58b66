import type { SettingsReader } from './reader';

/** What is remembered of changes of tags, and who may follow them. */
export interface HistoryConfig {
  /** null: nothing is recorded */
  readonly history: {
    /** null: for ever */
    readonly days: number | null;
  } | null;
  /** Connections that may wait for changes of one project at once, in one process. */
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
