import cluster from 'node:cluster';

/** What a worker tells the primary. */
export type WorkerMessage =
  /** it listens; `said` is what its welcome has to tell */
  | { readonly tagway: 'ready'; readonly url: string; readonly said: string }
  | { readonly tagway: 'metrics-wanted'; readonly id: number }
  /** it takes no more connections, and ends when it is told to */
  | { readonly tagway: 'leaving' };

/** What the primary answers; null: the workers could not be asked. */
export interface MetricsMessage {
  readonly tagway: 'metrics';
  readonly id: number;
  readonly text: string | null;
}

/**
 * Is this the process that does what must be done once at a start: the seed or the first users, and cleaning
 * up after uploads that were cut off? A worker that replaces another is not: its fellows have uploads under way.
 */
export function isFirstProcess(): boolean {
  return cluster.worker === undefined || cluster.worker.id === 1;
}

/** What the primary answers one that leaves. */
export interface LeaveMessage {
  readonly tagway: 'leave';
}

/** How long a primary that is busy is waited for (ms). */
const patience = 5_000;

/**
 * Resolves when the primary knows that this worker takes no more connections. One that ends sooner is given another
 * while it ends, and that is lost. For workers only.
 */
export function farewell(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, patience);
    process.on('message', (message: Partial<LeaveMessage>) => {
      if (message.tagway !== 'leave') return;
      clearTimeout(late);
      resolve();
    });
    tellPrimary({ tagway: 'leaving' });
  });
}

export function tellPrimary(message: WorkerMessage): void {
  process.send?.(message);
}

let asked = 0;

/** The metrics of all workers as one text; null when they cannot be had. For workers only. */
export function metricsOfAll(): Promise<string | null> {
  const id = ++asked;
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      const { tagway, id: about, text } = message as Partial<MetricsMessage>;
      if (tagway !== 'metrics' || about !== id) return;
      process.off('message', hear);
      resolve(text ?? null);
    };
    process.on('message', hear);
    tellPrimary({ tagway: 'metrics-wanted', id });
  });
}
