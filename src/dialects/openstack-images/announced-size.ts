import type { Request } from 'express';
import { pageError } from './errors/page-error';
import { pythonInteger } from './python/python-text';
import type { GlanceRelease } from './release';

/**
 * Bytes that the header `X-Openstack-Image-Size` promises, which Glance knows since its release 31; undefined: none, or 0.
 * @throws PageError 400 for what is no number
 */
export function announcedImageSize(req: Request, release: GlanceRelease): number | undefined {
  const header = req.headers['x-openstack-image-size'];
  if (release === 'zed' || typeof header !== 'string') return undefined;
  const size = pythonInteger(header);
  if (size === undefined) throw pageError(400, 'Invalid or missing image size in request headers.');
  return size === 0 ? undefined : size;
}

/** The same data, as long as they are as many as was promised. Reading throws PageError 400. */
export async function* enforceImageSize(
  data: AsyncIterable<Buffer>,
  promised: number,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of data) {
    count += chunk.length;
    if (count > promised) throw wrongSize('exceeds', promised, count);
    yield chunk;
  }
  if (count < promised) throw wrongSize('mismatch', promised, count);
}

function wrongSize(fault: string, promised: number, count: number): Error {
  return pageError(400, `Size ${fault}: expected ${String(promised)} bytes, got ${String(count)} bytes`);
}
