import { memoryOf, cpuOf } from '../bench/machine';
import { send } from '../../test/support/wire';
import { people } from '../bench/site';
import { type Place, placeWith } from './rates';
import { slowWatcher, watch } from './watchers';

/** Changes of tags at a fixed pace. @returns ms that each took */
export async function writeAt(
  { gateway, site }: Place,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const port = Number(new URL(gateway.url).port);
  const took: number[] = [];
  const sent: Promise<void>[] = [];
  const begun = performance.now();
  for (let call = 0; call < perSecond * seconds; call++) {
    const wait = begun + (call * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(change(port, gateway.token, site.imageAt(call), took));
  }
  await Promise.all(sent);
  return took;
}

/** Every call changes something. */
let calls = 0;

async function change(port: number, token: string, image: string, took: number[]): Promise<void> {
  const path = `/tags/v1/projects/${people.project}/images/${image}/tags`;
  const begun = performance.now();
  const { status, text } = await send(port, 'PATCH', path, { token, body: { set: { w: String(calls++) } } });
  took.push(performance.now() - begun);
  if (status !== 200) throw new Error(`${path}: ${String(status)} ${text}`);
}

export function spreadOf(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${(sorted.at(-1) ?? 0).toFixed(1)} ms`;
}

/** A thousand streams of one project at a hundred changes a second, without and with a watcher that does not read. */
export async function streams(main: string, connections: number, seconds: number): Promise<void> {
  const place = await placeWith(main);
  const { gateway } = place;
  try {
    await writeAt(place, 100, 2);
    const before = memoryOf(gateway.pid).now;
    console.log(`without watchers: writes ${spreadOf(await writeAt(place, 100, seconds))}`);
    const watchers = await watch(gateway, { connections });
    await writeAt(place, 100, 2);
    for (const isSlow of [false, true]) {
      const stop = isSlow ? await slowWatcher(gateway) : undefined;
      await watchers.report();
      const cpu = cpuOf(gateway.pid, true);
      const took = await writeAt(place, 100, seconds);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { events, p50, p99, most, lost } = await watchers.report();
      const share = (cpuOf(gateway.pid, true) - cpu) / 1_000_000 / seconds;
      const memory = memoryOf(gateway.pid);
      console.log(
        `${String(connections)} streams${isSlow ? ' beside one that does not read' : ''}: ${String(events)} events of ` +
          `${String(connections * 100 * seconds)}, p50 ${String(p50)} ms, p99 ${String(p99)} ms, most ${String(most)} ms, ` +
          `lost ${String(lost)}; writes ${spreadOf(took)}; gateway ${share.toFixed(2)} processors, ` +
          `${before.toFixed(0)} → ${memory.now.toFixed(0)} MiB (most ${memory.most.toFixed(0)})`,
      );
      stop?.();
    }
    watchers.stop();
  } finally {
    await gateway.stop();
  }
}
