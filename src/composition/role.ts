/** The role of this process among the workers of one gateway. */
export interface ProcessRole {
  /** Does one-time work at a start: the seed or the first users, and cleanup. */
  readonly isFirst: boolean;
  /** The metrics of all workers as one text; null if unavailable. */
  readonly metricsOfAll?: () => Promise<string | null>;
}

export const onlyProcess: ProcessRole = { isFirst: true };
