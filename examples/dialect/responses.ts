import type { Tag } from '../../src/core/tag';

/**
 * One tag a line. Other dialects may have written tags with line feeds in them, so a dialect must say how it shows
 * what it cannot write itself: here as `\n`, and a backslash as two.
 */
export function lines(tags: readonly Tag[]): string {
  return tags.map(({ name }) => `${escaped(name)}\n`).join('');
}

function escaped(name: string): string {
  return name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
