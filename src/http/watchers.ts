interface Watcher {
  readonly projectId: string;
  readonly end: () => void;
}

/** Connections that wait for changes: limited per project, and all ended before the gateway stops. */
export class Watchers {
  private readonly all = new Set<Watcher>();
  private readonly counts = new Map<string, number>();
  private ended = false;

  constructor(private readonly most: number) {}

  get total(): number {
    return this.all.size;
  }

  /** @param end ends it at once @returns a function to leave; undefined if the project is at its limit */
  enter(projectId: string, end: () => void): (() => void) | undefined {
    const count = this.counts.get(projectId) ?? 0;
    if (count >= this.most) return undefined;
    const watcher = { projectId, end };
    this.all.add(watcher);
    this.counts.set(projectId, count + 1);
    if (this.ended) end();
    return () => {
      if (!this.all.delete(watcher)) return;
      const left = (this.counts.get(projectId) ?? 1) - 1;
      if (left > 0) this.counts.set(projectId, left);
      else this.counts.delete(projectId);
    };
  }

  /** Ends all waits, for good. */
  end(): void {
    this.ended = true;
    for (const { end } of this.all) end();
  }
}
