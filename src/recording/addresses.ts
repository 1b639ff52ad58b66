/** An address by its placeholder, such as `BASE` for `http://127.0.0.1:9292`. */
export type NamedAddress = readonly [name: string, text: string];

/**
 * Replaces addresses in texts: in a recording by placeholders, in an answer by the proxy's own. An address ends where
 * it stands: `http://cloud` is not the beginning of `http://cloud:5000`.
 */
export function createAddressReplacer(replacements: readonly NamedAddress[]): (text: string) => string {
  const byText = new Map(replacements.map(([replacement, text]) => [text, replacement]));
  const alternatives = [...byText.keys()]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (alternatives.length === 0) return (text) => text;
  const pattern = new RegExp(`(?<![\\w.-])(?:${alternatives.join('|')})(?![\\w.:@-])`, 'g');
  return (text) => text.replace(pattern, (found) => byText.get(found) ?? found);
}

/** The ways in which services write a base URL: also with the port that its scheme implies. */
export function baseUrlSpellings(url: URL): readonly string[] {
  const path = url.pathname.replace(/\/$/, '');
  const plain = `${url.protocol}//${url.host}${path}`;
  if (url.port !== '') return [plain];
  const port = url.protocol === 'https:' ? '443' : '80';
  return [plain, `${url.protocol}//${url.host}:${port}${path}`];
}
