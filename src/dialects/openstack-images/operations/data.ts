import type { Request } from 'express';
import { pipeline } from 'node:stream/promises';
import type { ImageDataService } from '../../../core/image-data-service';
import { bodyStream } from '../../../http/body';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { pageError } from '../errors/page-error';
import { requestedRange } from '../ranges';
import { announcedLength, pathParameter, requireOctetStream } from '../requests';
import { requestIdHeader, sendEmptyWithoutType, sendEmpty, startAnswer } from '../responses';
import { requireKnownStore, storeHeader } from '../import-request';
import type { ImageOperation } from '../operation';
import { enforceImageSize, announcedImageSize } from '../announced-size';
import type { ImageSettings } from '../settings';

type Parts = Pick<DialectDeps<ImageSettings>, 'data' | 'imageCache' | 'own'>;

export function dataOperations(parts: Parts): readonly ImageOperation[] {
  const { data, own } = parts;
  const file = { path: '/v2/images/:image_id/file', subject: 'data' } as const;
  return [
    { ...file, name: 'downloadImage', method: 'GET', run: download(parts) },
    { ...file, name: 'uploadImage', method: 'PUT', body: 'read', run: upload(data, own) },
  ];
}

function upload(data: ImageDataService, { release, store }: ImageSettings): Handler {
  return async (req, res) => {
    requireOctetStream(req, release);
    if (store !== null) requireKnownStore(storeHeader(req) ?? store, store, 400);
    const promised = announcedImageSize(req, release);
    const open = (): AsyncIterable<Buffer> => {
      const body = bodyStream(req, res);
      return promised === undefined ? body : enforceImageSize(body, promised);
    };
    await data.upload(requireCaller(req), pathParameter(req, 'image_id'), open, announcedLength(req));
    sendEmpty(req, res);
  };
}

function download({ data, imageCache, own: { release, cache } }: Parts): Handler {
  return async (req, res) => {
    const found = await data.open(requireCaller(req), pathParameter(req, 'image_id'));
    if (release !== 'zed') refuseChoice(req);
    const size = found.image.size ?? 0;
    const range = found.image.size === null ? undefined : requestedRange(req, size);
    const { start, end } = range ?? { start: 0, end: size };
    const content = await found.read(start, end);
    if (!content) {
      sendEmptyWithoutType(req, res);
      return;
    }
    if (cache && !range) await imageCache.noteDownload(found.image);
    startAnswer(req, res, range ? 206 : 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': end - start,
      ...(range && { 'Content-Range': `bytes ${String(start)}-${String(end - 1)}/${String(size)}` }),
      ...(found.image.checksum !== null && { 'Content-Md5': found.image.checksum }),
      ...requestIdHeader(req.requestId),
    });
    await pipeline(content, res);
  };
}

/** @throws PageError 400 for the name of a store to read from */
function refuseChoice(req: Request): void {
  const prefer = req.target.query.findLast(({ name }) => name === 'prefer')?.value ?? '';
  if (prefer.split(',').every((name) => name.trim() === '')) return;
  throw pageError(
    400,
    'Store selection for download is not available when multiple backends are not enabled.',
  );
}
