import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractPage, pageFrame, indexPage } from './layout';
import { createMarkdownRenderer } from './markdown';
import { documentPaths, swaggerUiFiles } from './paths';

/** What is answered for one path. */
export interface DocsPage {
  readonly type: string;
  readonly content: Buffer;
}

/** The pages in groups: what `/docs` shows, as the repository does. */
const groupsFile = 'docs/README.md';

/** Beside those under `docs/`. */
const topPages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  html: 'text/html; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
};

/**
 * Everything under `/docs`, by path: read and rendered once. What is not in this map is not served, so a request's
 * path never becomes a file's. @param dialects those whose contracts are shown
 */
export function readDocsPages(dialects: readonly string[]): ReadonlyMap<string, DocsPage> {
  const files = repositoryFiles();
  const contracts = dialects.map((name) => ({ name, address: `/docs/contracts/${name}.yaml` }));
  const addresses = new Map([
    ...files.map((file) => [file, addressOf(file)] as const),
    ...contracts.map(({ name, address }) => [`src/dialects/${name}/contract.yaml`, address] as const),
  ]);
  const render = createMarkdownRenderer((file) => addresses.get(file));
  const texts = files
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({
      address: addressOf(file),
      ...render(file, readFileSync(join(documentPaths.root, file), 'utf8')),
    }));
  const groups = texts.find(({ address }) => address === '/docs');
  const pictures = files.filter((file) => !file.endsWith('.md'));
  return new Map<string, DocsPage>([
    ...texts.map(({ address, title, html: body }) => [address, html(pageFrame(title, body))] as const),
    ['/docs', html(indexPage(groups?.html ?? '', dialects))],
    ...pictures.map((file) => [addressOf(file), fileOf(join(documentPaths.root, file))] as const),
    ...dialects.map((name) => [`/docs/api/${name}`, html(contractPage(name))] as const),
    ...contracts.map(({ name, address }) => [address, fileOf(documentPaths.contract(name))] as const),
    ...['docs.css', 'viewer.js'].map(
      (name) => [`/docs/assets/${name}`, fileOf(join(documentPaths.assets, name))] as const,
    ),
    ...swaggerUiFiles.map(
      (name) => [`/docs/viewer/${name}`, fileOf(join(documentPaths.viewer(), name))] as const,
    ),
  ]);
}

/** `README.md`, `docs/seed.md`, `docs/pictures/tags.svg`, … */
function repositoryFiles(): string[] {
  const under = readdirSync(documentPaths.pages, { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(?:md|png|svg|webp)$/.test(name));
  const top = readdirSync(documentPaths.root).filter((name) => topPages.includes(name));
  return [...top.sort().reverse(), ...under.sort()];
}

function addressOf(file: string): string {
  if (file === groupsFile) return '/docs';
  if (!file.endsWith('.md')) return `/${file}`;
  const path = file.replace(/\.md$/, '');
  return path.startsWith('docs/') ? `/${path}` : `/docs/${path.toLowerCase()}`;
}

/** As bytes: encoding a page for every request costs more than sending it. */
function html(content: string): DocsPage {
  return { type: types['html'] ?? '', content: Buffer.from(content, 'utf8') };
}

function fileOf(path: string): DocsPage {
  const ending = path.slice(path.lastIndexOf('.') + 1);
  return { type: types[ending] ?? 'application/octet-stream', content: readFileSync(path) };
}
