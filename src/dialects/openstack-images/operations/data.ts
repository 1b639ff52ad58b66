import { pipeline } from 'node:stream/promises';
import type { ImageDataService } from '../../../core/image-data-service';
import { bodyStream } from '../../../http/body';
import { callerOf } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectParts } from '../../dialect';
import { requestedRange } from '../ranges';
import { pathParameter, requireOctets } from '../requests';
import { requestIdHeader, sendBare, sendNothing, startAnswer } from '../responses';
import type { ImageOperation } from '../operation';

export function dataOperations({ data }: Pick<DialectParts, 'data'>): readonly ImageOperation[] {
  const file = { path: '/v2/images/:image_id/file', subject: 'data' } as const;
  return [
    { ...file, name: 'downloadImage', method: 'GET', run: download(data) },
    { ...file, name: 'uploadImage', method: 'PUT', body: 'read', run: upload(data) },
  ];
}

function upload(data: ImageDataService): Handler {
  return async (req, res) => {
    requireOctets(req);
    const length = req.headers['content-length'];
    const announced = length === undefined ? undefined : Number(length);
    await data.upload(callerOf(req), pathParameter(req, 'image_id'), () => bodyStream(req, res), announced);
    sendNothing(req, res);
  };
}

function download(data: ImageDataService): Handler {
  return async (req, res) => {
    const found = await data.open(callerOf(req), pathParameter(req, 'image_id'));
    const size = found.image.size ?? 0;
    const range = found.image.size === null ? undefined : requestedRange(req, size);
    const { start, end } = range ?? { start: 0, end: size };
    const content = await found.read(start, end);
    if (!content) {
      sendBare(req, res);
      return;
    }
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
