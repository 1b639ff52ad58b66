import type { Metadefs } from '../../../core/metadefs/metadefs';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import { pathParameter } from '../requests';
import { sendJson } from '../responses';
import { namedBody } from './bodies';
import { type BodyForm, checkedDraft, moments, readForm, requireSchema } from './requests';
import { tagSchema, tagsSchema } from './schemas';
import { tagsType } from './types';
import { type Members, trueWords } from './typed-values';

const kind = 'tag';

/** One, named by the path. */
export function createTag({ items }: Metadefs): Handler {
  return async (req, res) => {
    const namespace = pathParameter(req, 'namespace_name');
    const name = pathParameter(req, 'tag_name');
    const caller = requireCaller(req);
    await items.requireVisible(caller, { namespace, kind });
    requireSchema(tagSchema, new Map([['name', name]]));
    const draft = { name, content: '{}' };
    const at = await items.add(caller, { namespace, kind, action: 'add_metadef_tag' }, [draft]);
    sendJson(req, res, 201, namedBody({ name, createdAt: at, updatedAt: at }));
  };
}

const form: BodyForm = { readOnly: moments, schema: tagsSchema, type: tagsType };

/** Several, in place of those that are there unless they are to be appended. An empty list changes nothing. */
export function createTags({ items }: Metadefs): Handler {
  return async (req, res) => {
    const sent = (await readForm(req, res, form)).get('tags') as readonly Members[];
    const drafts = sent.map((tag) => checkedDraft({ name: String(tag.get('name')), content: '{}' }));
    const append = req.headers['x-openstack-append'];
    const replace = !(typeof append === 'string' && trueWords.includes(append.trim().toLowerCase()));
    const namespace = pathParameter(req, 'namespace_name');
    await items.add(requireCaller(req), { namespace, kind, action: 'add_metadef_tags' }, drafts, replace);
    sendJson(req, res, 201, { tags: drafts.map(({ name }) => ({ name })) });
  };
}
