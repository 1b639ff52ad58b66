import { setTimeout as sleep } from 'node:timers/promises';

type Found<Value> = Exclude<Value, false | null | undefined>;

const timeoutMs = 60_000;

/**
 * Polls until `look` gives something true.
 * @returns it @throws Error after a minute: a busy machine is slow, only a fault takes so long
 */
export async function until<Value>(look: () => Value | Promise<Value>): Promise<Found<Value>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found as Found<Value>;
    if (performance.now() > end) throw new Error(`not within a minute: ${look.toString()}`);
    await sleep(15);
  }
}
