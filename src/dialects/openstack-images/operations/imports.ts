import type { ImageDataService } from '../../../core/image-data-service';
import type { ImportService } from '../../../core/import-service';
import { bodyStream } from '../../../http/body';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { pageError } from '../errors/page-error';
import { type ImportBody, isAlreadyInStore, readImportRequest, targetStore } from '../import-request';
import type { ImageOperation } from '../operation';
import { announcedLength, pathParameter, requireOctetStream } from '../requests';
import { sendJson, sendEmpty } from '../responses';
import type { ImageSettings } from '../settings';

export const importMethods = ['glance-direct', 'web-download', 'copy-image'] as const;

export function importOperations({
  data,
  imports,
  own,
}: Pick<DialectDeps<ImageSettings>, 'data' | 'imports' | 'own'>): readonly ImageOperation[] {
  const image = '/v2/images/:image_id';
  return [
    { name: 'showImport', method: 'GET', path: '/v2/info/import', subject: 'image', run: sendMethods },
    {
      name: 'stageImage',
      method: 'PUT',
      path: `${image}/stage`,
      subject: 'stage',
      body: 'read',
      run: stage(data, own),
    },
    {
      name: 'importImage',
      method: 'POST',
      path: `${image}/import`,
      subject: 'stage',
      body: 'read',
      run: begin(imports, own),
    },
  ];
}

const sendMethods: Handler = (req, res) => {
  const methods = { description: 'Import methods available.', type: 'array', value: importMethods };
  sendJson(req, res, 200, { 'import-methods': methods });
};

function stage(data: ImageDataService, { release }: ImageSettings): Handler {
  return async (req, res) => {
    requireOctetStream(req, release);
    await data.stage(
      requireCaller(req),
      pathParameter(req, 'image_id'),
      () => bodyStream(req, res),
      announcedLength(req),
    );
    sendEmpty(req, res);
  };
}

function begin(imports: ImportService, own: ImageSettings): Handler {
  return async (req, res) => {
    const body = await readImportRequest(req, res);
    const image = await imports.target(requireCaller(req), pathParameter(req, 'image_id'), body.method);
    const store = targetStore(req, body, own.store);
    if (isAlreadyInStore(body, store)) {
      sendEmpty(req, res, 202);
      return;
    }
    const { source } = body;
    if (source.method === 'download') requireAllowed(imports, body, source.url);
    await imports.begin(requireCaller(req), image, {
      source,
      store,
      input: body.inputFor(image.imageId, store),
    });
    sendEmpty(req, res, 202);
  };
}

/** @throws PageError 400 */
function requireAllowed(imports: ImportService, { shownUri }: ImportBody, url: string): void {
  if (imports.allows(url)) return;
  throw pageError(400, `URI for web-download does not pass filtering: ${shownUri}`);
}
