import { availableParallelism, loadavg } from 'node:os';

/**
 * A bound on a time, for this machine as it is now: where several processes wait for each processor everything takes
 * as many times longer. @param ms on a quiet machine
 */
export function allowed(ms: number): number {
  const [lastMinute = 0] = loadavg();
  return ms * Math.max(1, lastMinute / availableParallelism());
}
