import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** All sources as one text, with sentences that go over several lines put together. */
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
  .join('\n')
  .replace(/['`] \+\s+['`]/g, '');

/** Of Node and npm. */
const others = ['install scripts', 'EBADENGINE', 'Cannot find module', 'dist'];

/** The code spans of the first column of the page's tables. */
const messages = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .flatMap((line) => [...(line.split(' | ', 1)[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
  .filter((text) => !others.includes(text));

test('the page has the messages of starts and of every dialect', () => {
  expect(messages.length).toBeGreaterThan(60);
});

test.each([...new Set(messages)])('the gateway says %j', (message) => {
  const pieces = message.split('…').map((piece) => piece.trim());
  expect(pieces.filter((piece) => !sources.includes(piece))).toEqual([]);
});
