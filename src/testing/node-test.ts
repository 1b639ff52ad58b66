import { after, before } from 'node:test';
import type { StartTagwayOptions } from './start-tagway';
import { type SuiteTagway, suiteTagway } from './suite';

/**
 * A project of its own for this file of tests, with Node's test runner. Files share one gateway under
 * `node --require tagway/node-test/gateway --test`; without it each file has its own.
 */
export function useTagway(options?: StartTagwayOptions): SuiteTagway {
  const hooks = {
    beforeAll: (work: () => Promise<void>, timeout: number) => {
      before(work, { timeout });
    },
    afterAll: (work: () => Promise<void>, timeout: number) => {
      after(work, { timeout });
    },
  };
  return suiteTagway(hooks, options);
}

export type { SuiteTagway } from './suite';
