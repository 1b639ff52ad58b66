import type { DialectDeps } from '../../src/dialects/dialect';
import { requireCaller } from '../../src/http/context';
import type { Operation } from '../../src/http/operations';
import { readImageId, readImageTag } from './requests';
import { lines } from './responses';
import type { PlainTagsSettings } from './settings';

const tagsOfImage = '/labels/of/:image_id';
const oneTag = '/labels/:tag/of/:image_id';

/** Each reads, calls and answers. The routes and the names in metrics and logs follow from this. */
export function operations({ tags, own }: DialectDeps<PlainTagsSettings>): readonly Operation[] {
  return [
    {
      name: 'listTags',
      method: 'GET',
      path: tagsOfImage,
      run: async (req, res) => {
        const found = await tags.list(requireCaller(req), await readImageId(req));
        res.type('text/plain').send(lines(found));
      },
    },
    {
      name: 'addTag',
      method: 'PUT',
      path: oneTag,
      run: async (req, res) => {
        const { imageId, tag } = await readImageTag(req);
        await tags.add(requireCaller(req), imageId, tag, own.tagsPerImage);
        res.status(204).end();
      },
    },
    {
      name: 'removeTag',
      method: 'DELETE',
      path: oneTag,
      run: async (req, res) => {
        const { imageId, tag } = await readImageTag(req);
        await tags.remove(requireCaller(req), imageId, tag);
        res.status(204).end();
      },
    },
  ];
}
