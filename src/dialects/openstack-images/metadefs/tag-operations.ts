import type { Metadefs } from '../../../core/metadefs/metadefs';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import { pathParameter } from '../requests';
import { sendJson } from '../responses';
import { nameOnlyBody } from './bodies';
import {
  type BodyForm,
  requireShortDraftName,
  timestampFields,
  readMetadefBody,
  requireMatchingSchema,
} from './requests';
import { tagSchema, tagsSchema } from './schemas';
import { tagsType } from './types';
import { type FieldValues, trueValues } from './typed-values';

const kind = 'tag';

/** One, named by the path. */
export function createMetadefTag({ items }: Metadefs): Handler {
  return async (req, res) => {
    const namespace = pathParameter(req, 'namespace_name');
    const name = pathParameter(req, 'tag_name');
    const caller = requireCaller(req);
    await items.requireVisible(caller, { namespace, kind });
    requireMatchingSchema(tagSchema, new Map([['name', name]]));
    const draft = { name, content: '{}' };
    const at = await items.add(caller, { namespace, kind, action: 'add_metadef_tag' }, [draft]);
    sendJson(req, res, 201, nameOnlyBody({ name, createdAt: at, updatedAt: at }));
  };
}

const form: BodyForm = { readOnly: timestampFields, schema: tagsSchema, type: tagsType };

/** Several, in place of those that are there unless they are to be appended. An empty list changes nothing. */
export function createMetadefTags({ items }: Metadefs): Handler {
  return async (req, res) => {
    const sent = (await readMetadefBody(req, res, form)).get('tags') as readonly FieldValues[];
    const drafts = sent.map((tag) => requireShortDraftName({ name: String(tag.get('name')), content: '{}' }));
    const append = req.headers['x-openstack-append'];
    const replace = !(typeof append === 'string' && trueValues.includes(append.trim().toLowerCase()));
    const namespace = pathParameter(req, 'namespace_name');
    await items.add(requireCaller(req), { namespace, kind, action: 'add_metadef_tags' }, drafts, replace);
    sendJson(req, res, 201, { tags: drafts.map(({ name }) => ({ name })) });
  };
}
