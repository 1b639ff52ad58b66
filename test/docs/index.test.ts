import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { allPages } from '../support/doc-blocks';

const read = (page: string): string => readFileSync(join(__dirname, '../..', page), 'utf8');

/** The pages that the links of a page lead to. */
function linkedFrom(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, link = '']) => posix.join(posix.dirname(page), link))
    .filter((link) => link.endsWith('.md'));
}

test('the index of the documentation leads to every page, by way of one other at most', () => {
  const first = linkedFrom('docs/README.md');
  const reached = new Set([
    ...first,
    ...first.filter((page) => allPages().includes(page)).flatMap(linkedFrom),
  ]);
  const left = allPages().filter((page) => page !== 'docs/README.md' && !reached.has(page));
  // Decisions are linked where they matter; the index names the folder by its first page.
  expect(left.filter((page) => !page.startsWith('docs/decisions/'))).toEqual([]);
});

test('links between pages lead to files', () => {
  const pages = allPages();
  const linked = pages.flatMap((page) => linkedFrom(page).map((link) => `${page} -> ${link}`));
  const known = new Set([...pages, 'CHANGELOG.md']);
  expect(linked.filter((link) => !known.has(link.split(' -> ')[1] ?? ''))).toEqual([]);
});
