/** The name most similar to the given one; null: none is similar. */
export function mostSimilarName(name: string, among: Iterable<string>): string | null {
  let [found, least]: [string | null, number] = [null, Math.ceil(name.length / 3) + 1];
  for (const one of among) {
    const distance = distanceOf(name, one);
    if (distance < least) [found, least] = [one, distance];
  }
  return found;
}

/** Insertions, deletions, replacements and swaps of neighbours between the two (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let j = 1; j <= b.length; j++) rows[0]?.push(j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same];
      if (swapped) ways.push(at(i - 2, j - 2) + 1);
      rows[i]?.push(Math.min(...ways));
    }
  }
  return at(a.length, b.length);
}
