import type { Worker } from 'node:cluster';
import { singleProcessRole, type ProcessRole } from '../composition/role';

/** Messages of a worker to the primary. */
export type WorkerMessage =
  /** it listens; `welcome` is for the person who started it */
  | { readonly tagway: 'ready'; readonly url: string; readonly welcome: string }
  | { readonly tagway: 'metrics-wanted'; readonly id: number };

/** The primary's, to the one worker that removes what expires. */
export interface CleanupMessage {
  readonly tagway: 'clean';
}

/** The primary's answer; null: the workers could not be asked. */
export interface MetricsMessage {
  readonly tagway: 'metrics';
  readonly id: number;
  readonly text: string | null;
}

/** @param worker this process as one of several; undefined: a single process */
export function processRole(worker: Worker | undefined): ProcessRole {
  return worker === undefined
    ? singleProcessRole
    : { isFirst: worker.id === 1, isWorker: true, whenCleaner, metricsOfAll };
}

export function sendToPrimary(message: WorkerMessage): void {
  process.send?.(message);
}

function whenCleaner(clean: () => void): void {
  process.on('message', (message: unknown) => {
    if ((message as Partial<CleanupMessage>).tagway === 'clean') clean();
  });
}

let asked = 0;

/** The metrics of all workers as one text; null if unavailable. */
function metricsOfAll(): Promise<string | null> {
  const id = ++asked;
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      const { tagway, id: about, text } = message as Partial<MetricsMessage>;
      if (tagway !== 'metrics' || about !== id) return;
      process.off('message', onMessage);
      resolve(text ?? null);
    };
    process.on('message', onMessage);
    sendToPrimary({ tagway: 'metrics-wanted', id });
  });
}
