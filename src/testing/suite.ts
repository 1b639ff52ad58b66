import type { StartTagwayOptions, Tagway } from './start-tagway';
import type { TagwayProject } from './project';
import { shareTagway } from './shared-gateway';

type Hook = (work: () => Promise<void>, timeoutMs: number) => void;

/** Of a test runner. */
export interface Hooks {
  readonly beforeAll: Hook;
  readonly afterAll: Hook;
}

/** A project of its own for a file of tests, on the gateway of the run; usable from `beforeAll` on. */
export type SuiteTagway = Omit<TagwayProject, 'remove' | typeof Symbol.asyncDispose> & {
  readonly gateway: Tagway;
  /** As `gateway.journal.assertCalls`, of this project's calls alone. */
  assertCalls: Tagway['journal']['assertCalls'];
};

/** The first start on a machine makes a database. */
const startTimeoutMs = 120_000;

/** @param options count for the process that starts the gateway */
export function suiteTagway({ beforeAll, afterAll }: Hooks, options?: StartTagwayOptions): SuiteTagway {
  let found: { gateway: Tagway; project: TagwayProject } | undefined;
  beforeAll(async () => {
    const gateway = await shareTagway(options);
    found = { gateway, project: await gateway.project() };
  }, startTimeoutMs);
  afterAll(async () => {
    await found?.project.remove();
  }, startTimeoutMs);
  const members = new Proxy({} as SuiteTagway, {
    get: (_target, name) => {
      if (!found) throw new Error('Tagway is there from beforeAll on');
      const { gateway, project } = found;
      if (name === 'gateway') return gateway;
      if (name === 'assertCalls') {
        const assertCalls: SuiteTagway['assertCalls'] = (expected, query) =>
          gateway.journal.assertCalls(expected, { project: project.id, ...query });
        return assertCalls;
      }
      return Reflect.get(project, name) as unknown;
    },
  });
  return members;
}
