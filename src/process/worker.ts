import type { Worker } from 'node:cluster';
import { alone, type ProcessRole } from '../composition/role';

/** What a worker sends the primary. */
export type WorkerMessage =
  /** it listens; `welcome` is what the person who started it should read */
  | { readonly tagway: 'ready'; readonly url: string; readonly welcome: string }
  | { readonly tagway: 'metrics-wanted'; readonly id: number };

/** What the primary answers; null: the workers could not be asked. */
export interface MetricsMessage {
  readonly tagway: 'metrics';
  readonly id: number;
  readonly text: string | null;
}

/** @param worker this process as one of several; undefined: it serves alone */
export function roleOf(worker: Worker | undefined): ProcessRole {
  return worker === undefined ? alone : { isFirst: worker.id === 1, metricsOfAll };
}

export function sendPrimary(message: WorkerMessage): void {
  process.send?.(message);
}

let asked = 0;

/** The metrics of all workers as one text; null when they cannot be had. */
function metricsOfAll(): Promise<string | null> {
  const id = ++asked;
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      const { tagway, id: about, text } = message as Partial<MetricsMessage>;
      if (tagway !== 'metrics' || about !== id) return;
      process.off('message', hear);
      resolve(text ?? null);
    };
    process.on('message', hear);
    sendPrimary({ tagway: 'metrics-wanted', id });
  });
}
