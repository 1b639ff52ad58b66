import { allPages, blocksOf, quickPages } from '../support/doc-blocks';
import { runPage } from '../support/doc-run';

/** Pages whose commands need clients of Debian, or build. The others are run by test/docs/commands.test.ts. */
const pages = allPages().filter((page) => !quickPages.includes(page));
const timeoutMs = 300_000;

/** Pages that go on where another ends. */
const before: Readonly<Record<string, string>> = {
  'docs/what-happened.md': 'docs/start.md',
  'docs/guarded-changes.md': 'docs/start.md',
};

const runnable = pages.filter((page) => blocksOf(page).some(({ notRun }) => notRun === null));

test.each(runnable)(
  'the commands of %s do what it says',
  (page) => {
    const first = before[page];
    expect(runPage(blocksOf(page), timeoutMs, first === undefined ? [] : blocksOf(first))).toEqual([]);
  },
  timeoutMs + 30_000,
);
