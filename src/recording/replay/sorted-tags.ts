const tagList = /"tags": ?\[((?:"(?:[^"\\]|\\.)*"(?:, ?)?)*)\]/g;

/** Glance gives tags in the order of a hash: answers are compared with sorted ones. */
export function sortTagsInJson(text: string): string {
  return text.replace(tagList, (whole, list: string) => {
    const tags = stringsIn(list).map((found) => ({
      found,
      points: [...(JSON.parse(found) as string)].map(codePoint),
    }));
    tags.sort((a, b) => comparePoints(a.points, b.points));
    const separator = list.includes('", "') ? ', ' : ',';
    return `${whole.slice(0, whole.indexOf('[') + 1)}${tags.map(({ found }) => found).join(separator)}]`;
  });
}

/** As they are written. */
function stringsIn(list: string): readonly string[] {
  const found: string[] = [];
  const next = /("[^"\\]*(?:\\.[^"\\]*)*")(?:, ?)?/y;
  for (let match = next.exec(list); match; match = next.exec(list)) found.push(match[1] ?? '');
  return found;
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function comparePoints(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((point, index) => point !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at] ?? 0) - (b[at] ?? -1);
}
