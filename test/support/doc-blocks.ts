import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Pages whose commands need nothing but Node and curl, and little time; `npm run test:clients` runs the others. */
export const quickPages: readonly string[] = ['docs/backup.md', 'docs/commands.md'];

/** A command as a reader would type it. */
export interface Command {
  readonly text: string;
  /** What the page says that it prints; null where the page does not say. */
  readonly shown: string | null;
}

/** A fenced block of shell commands in a page. */
export interface Block {
  /** `docs/start.md` */
  readonly page: string;
  /** of the opening fence */
  readonly line: number;
  readonly commands: readonly Command[];
  /** Why it cannot be run by a test: ```` ```sh not-run="…" ````; null: it is run. */
  readonly notRun: string | null;
}

/** README.md, CONTRIBUTING.md and everything under docs. */
export function allPages(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', ...pages.sort()];
}

const opening = /^ *(`{3,}|~{3,}) *(\S*) *(.*)$/;

/** The shell blocks of a page, in order. */
export function blocksOf(page: string, text = readFileSync(join(root, page), 'utf8')): Block[] {
  const lines = text.split('\n');
  const found: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, fence, language = '', more = ''] = opening.exec(lines[at] ?? '') ?? [];
    if (fence === undefined) continue;
    const begin = at++;
    while (at < lines.length && lines[at]?.trim() !== fence) at++;
    if (!/^(?:sh|bash|shell|console)$/.test(language)) continue;
    const body = lines.slice(begin + 1, at);
    const notRun = /not-run="([^"]+)"/.exec(more)?.[1] ?? null;
    found.push({ page, line: begin + 1, commands: commandsOf(language, body), notRun });
  }
  return found;
}

/** `console` has a prompt before each command, and what is printed below it; the others are a script. */
function commandsOf(language: string, lines: readonly string[]): Command[] {
  if (language !== 'console') return [{ text: lines.join('\n'), shown: null }];
  const commands: { text: string; shown: string[] }[] = [];
  let unfinished = false;
  for (const line of lines) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ text: line.slice(2), shown: [] });
    else if (!last) throw new Error(`A console block begins without a prompt: ${line}`);
    else if (unfinished) last.text += `\n${line}`;
    else last.shown.push(line);
    unfinished = line.endsWith('\\') && (line.startsWith('$ ') || unfinished);
  }
  return commands.map(({ text, shown }) => ({ text, shown: shown.join('\n') }));
}
