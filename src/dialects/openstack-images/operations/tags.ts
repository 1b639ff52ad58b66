import type { Request } from 'express';
import { requireCaller } from '../../../http/context';
import { HttpFault } from '../../../http/errors';
import type { DialectDeps } from '../../dialect';
import type { ImageOperation } from '../operation';
import { pageError } from '../errors/page-error';
import { pathParameter } from '../requests';
import { sendEmpty } from '../responses';

/** The path says all, and a body is ignored (divergence D17). */
export function tagOperations({
  tags,
  settings,
}: Pick<DialectDeps, 'tags' | 'settings'>): readonly ImageOperation[] {
  const path = '/v2/images/:image_id/tags/:tag';
  return [
    {
      name: 'addTag',
      method: 'PUT',
      path,
      subject: 'add-tag',
      body: 'ignored',
      run: async (req, res) => {
        await tags.add(
          requireCaller(req),
          pathParameter(req, 'image_id'),
          tagOf(req),
          settings.imageTagQuota,
        );
        sendEmpty(req, res);
      },
    },
    {
      name: 'removeTag',
      method: 'DELETE',
      path,
      subject: 'remove-tag',
      body: 'ignored',
      anyText: true,
      run: async (req, res) => {
        await tags.remove(requireCaller(req), pathParameter(req, 'image_id'), removableTag(req));
        sendEmpty(req, res);
      },
    },
  ];
}

/** @throws PageError 400 */
function tagOf(req: Request): string {
  // Nearly always a tag with an unescaped `?`: the part before it would be another tag (D9).
  if (req.target.rawQuery !== null) {
    throw pageError(400, "A tag is not followed by a query. A question mark in a tag is written '%3F'.");
  }
  return pathParameter(req, 'tag');
}

/** No image can have a tag with NUL in it; the rest of the path must still be text. */
function removableTag(req: Request): string {
  const tag = tagOf(req);
  const { pathIsText, segments } = req.target;
  const onlyNul = tag.includes('\u0000') && !tag.includes('\ufffd');
  const before = segments.slice(0, -1).join('');
  if (pathIsText || (onlyNul && !before.includes('\u0000') && !before.includes('\ufffd'))) return tag;
  throw new HttpFault({ kind: 'target-not-text', where: 'path' });
}
