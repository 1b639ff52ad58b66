import { allPages, type Block, blocksOf, quickPages } from '../support/doc-blocks';
import { runPage } from '../support/doc-run';

/** Blocks that no test runs, by page: each says why in the page itself. A new one must be written down here. */
const notRun = {
  'README.md': 1,
  'docs/commands.md': 1,
  'docs/deploy/container.md': 1,
  'docs/deploy/failover.md': 3,
  'docs/deploy/helm.md': 1,
  'docs/deploy/sizes.md': 1,
  'docs/deploy/systemd.md': 1,
  'docs/identity.md': 1,
  'docs/native-api.md': 2,
  'docs/record-and-replay.md': 2,
  'docs/reliability.md': 1,
  'docs/state-files.md': 2,
  'docs/terraform.md': 2,
};

test('every block of shell commands in README and docs is run, or says why not', () => {
  const blocks = allPages().flatMap((page) => blocksOf(page));
  const left = blocks.filter((block) => block.notRun !== null);
  const counts = Object.fromEntries(
    allPages()
      .map((page) => [page, left.filter((block) => block.page === page).length] as const)
      .filter(([, count]) => count > 0),
  );
  expect(counts).toEqual(notRun);
  expect(left.filter((block) => (block.notRun ?? '').length < 15)).toEqual([]);
  expect(blocks.length - left.length).toBeGreaterThan(15);
});

const timeoutMs = 120_000;

/** The pages are about a gateway that is there already. Not by npm, which would build it first. */
const running: Block = {
  page: 'before the page',
  line: 0,
  commands: [{ text: 'node dist/src/main.js', shown: null }],
  notRun: null,
};

test.each(quickPages)(
  'the commands of %s do what it says',
  (page) => {
    expect(runPage(blocksOf(page), timeoutMs, [running])).toEqual([]);
  },
  timeoutMs + 30_000,
);

describe('the blocks of a page', () => {
  const page = [
    '```console',
    '$ one \\',
    '    two',
    'printed',
    '$ three',
    '```',
    '```json',
    '{}',
    '```',
    '```sh not-run="needs a cloud"',
    'four',
    '```',
  ].join('\n');

  test('are commands with what they print, over several lines where a line ends so', () => {
    const [first, second, ...more] = blocksOf('page.md', page);
    expect(first).toEqual({
      page: 'page.md',
      line: 1,
      notRun: null,
      commands: [
        { text: 'one \\\n    two', shown: 'printed' },
        { text: 'three', shown: '' },
      ],
    });
    expect(second).toMatchObject({ notRun: 'needs a cloud', commands: [{ text: 'four', shown: null }] });
    expect(more).toEqual([]);
  });
});

test(
  'a page that promises too much is found out',
  () => {
    const page = [
      '```console',
      '$ echo one',
      'two',
      '$ false',
      '$ echo three',
      'three',
      '```',
      '```sh',
      'exit 3',
      '```',
    ];
    const faults = runPage(blocksOf('page.md', page.join('\n')), timeoutMs);
    expect(faults.map((fault) => fault.split('\n', 1)[0])).toEqual([
      'page.md:1: echo one',
      'page.md:1: false',
      'page.md:8: exit 3',
    ]);
  },
  timeoutMs,
);
