import type { Request } from 'express';
import { detailedPageError, type PageError, pageError } from './errors/page-error';

/** Bytes from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The requested part of an image's data; undefined: all of it. `Content-Range` in a request is wrong
 * by any standard, but Glance has always taken it.
 * @param size bytes that there are
 * @throws PageError 400 for several parts, 416
 */
export function requestedRange(req: Request, size: number): ByteRange | undefined {
  const { range } = req.headers;
  if (range !== undefined) return rangeOf(range, size);
  const contentRange = req.headers['content-range'];
  return contentRange === undefined ? undefined : contentRangeOf(contentRange, size);
}

function rangeOf(header: string, size: number): ByteRange {
  if (header.includes(',')) {
    const hint = 'You may make multiple single-range requests instead.';
    throw pageError(400, `Requests with multiple ranges are not supported in Glance. ${hint}`);
  }
  const [, first = '', last = ''] = /^bytes *= *(?:(\d+) *)?- *(\d*)/i.exec(header) ?? [];
  if (first === '' && last === '') throw unsatisfiable('Invalid Range header.');
  // `bytes=-5` is the last five; more than there are is all of them.
  const start = first === '' ? startOfLast(Number(last), size) : Number(first);
  const suffix = first === '' || last === '';
  if (!suffix && Number(last) < start) throw unsatisfiable('Invalid Range header.');
  if (start >= size) throw beyond('Invalid start position in Range header. Start', size);
  return { start, end: suffix ? size : Math.min(size, Number(last) + 1) };
}

/** Glance answers a request for the last 0 bytes with all of them. */
function startOfLast(count: number, size: number): number {
  return count === 0 ? 0 : Math.max(0, size - count);
}

function contentRangeOf(header: string, size: number): ByteRange {
  const found = /^bytes (\d+)-(\d+)\/(?:(\d+)|[*])/.exec(header);
  const [start, last, length] = [Number(found?.[1]), Number(found?.[2]), found?.[3]];
  if (!found || last < start || (length !== undefined && last >= Number(length))) {
    throw unsatisfiable('Invalid Content-Range header.');
  }
  if (length === undefined && last >= size) {
    throw beyond('Invalid stop position in Content-Range header. The stop', size);
  }
  if (start >= size) throw beyond('Invalid start position in Content-Range header. Start', size);
  return { start, end: Math.min(size, last + 1) };
}

function unsatisfiable(detail: string): PageError {
  return detailedPageError(416, detail);
}

function beyond(words: string, size: number): PageError {
  return unsatisfiable(`${words} position MUST be in the inclusive range [0, ${String(size - 1)}].`);
}
