/** The role of this process among the workers of one gateway. */
export interface ProcessRole {
  /** Does one-time work at a start: the seed or the first users, and what it finds left over. */
  readonly isFirst: boolean;
  /** One of several, with a primary. */
  readonly isWorker: boolean;
  /** Calls it when this process is to remove what expires; one of a gateway does at any time. */
  readonly whenCleaner: (clean: () => void) => void;
  /** The metrics of all workers as one text; null if unavailable. */
  readonly metricsOfAll?: () => Promise<string | null>;
}

export const singleProcessRole: ProcessRole = {
  isFirst: true,
  isWorker: false,
  whenCleaner: (clean) => {
    clean();
  },
};
