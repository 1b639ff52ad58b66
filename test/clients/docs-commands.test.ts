import { allPages, blocksOf, quickPages } from '../support/doc-blocks';
import { runPage } from '../support/doc-run';

/** Pages whose commands need clients of Debian, or build. The others are run by test/docs/commands.test.ts. */
const pages = allPages().filter((page) => !quickPages.includes(page));
const timeoutMs = 300_000;

const runnable = pages.filter((page) => blocksOf(page).some(({ notRun }) => notRun === null));

test.each(runnable)(
  'the commands of %s do what it says',
  (page) => {
    expect(runPage(blocksOf(page), timeoutMs)).toEqual([]);
  },
  timeoutMs + 30_000,
);
