import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import { acceptsGzip } from '../http/accepts-gzip';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
  /** Compressed when it is first asked for: all of them together take 50 ms. */
  readonly zipped: () => Buffer;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
}

/** By path. Only files in this map are served, so no request path ever becomes a file path. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside this file in a build; when run from sources, the last build's output. */
const places = [join(__dirname, 'page'), join(__dirname, '../../dist/src/console/page')];

/** Everything under `/console/`. Empty if the page was never built. */
export function readPageFiles(): PageFiles {
  const folder = places.find((place) => existsSync(join(place, 'index.html')));
  if (folder === undefined) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => extname(name) in types,
  );
  return new Map(
    names.map((name) => {
      const path = name.replaceAll('\\', '/');
      return [path === 'index.html' ? '/console/' : `/console/${path}`, fileOf(folder, path)] as const;
    }),
  );
}

function fileOf(folder: string, path: string): PageFile {
  const content = readFileSync(join(folder, path));
  let zipped: Buffer | undefined;
  return {
    type: types[extname(path)] ?? '',
    content,
    zipped: () => (zipped ??= gzipSync(content, { level: 9 })),
    isImmutable: path.startsWith('assets/'),
  };
}

/** Compressed for clients that accept it. */
export function sendFile(req: Request, res: Response, file: PageFile): void {
  const isZipped = acceptsGzip(req);
  res.vary('Accept-Encoding');
  res.set('Content-Type', file.type);
  if (file.isImmutable) res.set('Cache-Control', 'public, max-age=31536000, immutable');
  if (isZipped) res.set('Content-Encoding', 'gzip');
  res.send(isZipped ? file.zipped() : file.content);
}
