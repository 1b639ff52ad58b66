import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformancePage } from '../../scripts/peers/page';
import type { SuiteResult } from '../../scripts/peers/result';

const read = (name: string): string => readFileSync(join(__dirname, '../../docs', name), 'utf8');

/** Markdown's tables are padded where they are kept. */
function unspaced(text: string): string {
  return text.replace(/[ \\_*]+/g, '').replace(/-+/g, '-');
}

test('the page of conformance is what the kept results and the contracts say', () => {
  const results = JSON.parse(read('conformance.json')) as SuiteResult[];
  expect(results.length).toBeGreaterThan(5);
  expect(unspaced(read('conformance.md'))).toBe(unspaced(conformancePage(results)));
});
