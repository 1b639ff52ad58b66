import { createRequire } from 'node:module';
import { posix } from 'node:path';
import type MarkdownIt from 'markdown-it';

export interface RenderedMarkdown {
  readonly title: string;
  readonly html: string;
}

/** @param address where a file of the repository is served; undefined: nowhere */
export type ResolveFileUrl = (file: string) => string | undefined;

/** Turns a page into HTML. HTML in it is shown as text. @param file its place in the repository, `docs/seed.md` */
export type RenderMarkdown = (file: string, text: string) => RenderedMarkdown;

type Tokens = readonly MarkdownIt.Token[];

/** Loads the renderer: not when the gateway starts, because that takes longer than all the rest of /docs. */
export function createMarkdownRenderer(address: ResolveFileUrl): RenderMarkdown {
  const load = createRequire(__filename);
  const markdown = new (load('markdown-it') as typeof MarkdownIt)({ html: false, linkify: false });
  return (file, text) => {
    const tokens = markdown.parse(text, {});
    const all = tokens.flatMap((token) => [token, ...(token.children ?? [])]);
    redirectLinks(all, (link) => addressOf(link, file, address));
    nameHeadings(tokens);
    replaceStyles(tokens);
    const title = tokens[tokens.findIndex(({ type }) => type === 'heading_open') + 1]?.content ?? file;
    return { title: title.replaceAll('`', ''), html: markdown.renderer.render(tokens, markdown.options, {}) };
  };
}

/** A link to what is not served becomes plain text. */
function redirectLinks(tokens: Tokens, addressOfLink: (link: string) => string | undefined): void {
  let dropped = false;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = addressOfLink(String(token.attrGet('href')));
      dropped = target === undefined;
      if (target !== undefined) token.attrSet('href', target);
      else token.attrs = null;
    }
    if (token.type === 'image') token.attrSet('src', addressOfLink(String(token.attrGet('src'))) ?? '');
    if (dropped && token.type.startsWith('link_')) token.tag = 'span';
  }
}

function addressOf(link: string, file: string, address: ResolveFileUrl): string | undefined {
  if (/^(?:[a-z]+:|#)/i.test(link)) return link;
  const [path = '', fragment] = link.split('#', 2);
  const found = address(posix.join(posix.dirname(file), decodeURIComponent(path)));
  return found === undefined || fragment === undefined ? found : `${found}#${fragment}`;
}

/** Ids as GitHub makes them, so that links to headings work in both places. */
function nameHeadings(tokens: Tokens): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const words = (tokens[index + 1]?.content ?? '').toLowerCase();
    token.attrSet('id', words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'));
  }
}

/** The policy of these pages forbids inline styles; the renderer aligns columns by them. */
function replaceStyles(tokens: Tokens): void {
  for (const token of tokens) {
    const side = /^text-align:(\w+)$/.exec(String(token.attrGet('style')))?.[1];
    if (side === undefined) continue;
    token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
    token.attrJoin('class', side);
  }
}
