import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside this file in a build; from the sources, what the last build has made. */
const places = [join(__dirname, 'page'), join(__dirname, '../../dist/src/console/page')];

/**
 * Everything under `/console/`, by path. What is not in this map is not served, so no path of a request ever becomes
 * one of a file. Empty when the page was never built.
 */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = places.find((place) => existsSync(join(place, 'index.html')));
  if (folder === undefined) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => extname(name) in types,
  );
  return new Map(
    names.map((name) => {
      const path = name.replaceAll('\\', '/');
      const file = { type: types[extname(name)] ?? '', content: readFileSync(join(folder, name)) };
      return [path === 'index.html' ? '/console/' : `/console/${path}`, file] as const;
    }),
  );
}
