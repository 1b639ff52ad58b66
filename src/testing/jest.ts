import { shareTagway } from './shared-gateway';
import type { StartTagwayOptions } from './start-tagway';
import { type Hooks, type SuiteTagway, suiteTagway } from './suite';

/**
 * For Jest and Vitest, `globalSetup: 'tagway/jest'` or `'tagway/vitest'`: one gateway for all workers. It ends with the
 * runner, however that ends.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const gateway = await shareTagway();
  // Vitest calls what it is given; for Jest the end of its process is enough.
  return () => gateway.stop();
}

/**
 * A project of its own for this file of tests.
 * @param hooks the runner's, where they are not global
 */
export function useTagway(hooks?: Hooks, options?: StartTagwayOptions): SuiteTagway {
  const runner: unknown = globalThis;
  return suiteTagway(hooks ?? (runner as Hooks), options);
}

export type { SuiteTagway } from './suite';
