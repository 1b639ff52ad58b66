/** What this process is among those that serve the same database from one gateway. */
export interface ProcessRole {
  /** Does what must be done once at a start: the seed or the first users, and cleaning up. */
  readonly isFirst: boolean;
  /** The metrics of all of them as one text; null when they cannot be had. */
  readonly metricsOfAll?: () => Promise<string | null>;
}

export const alone: ProcessRole = { isFirst: true };
