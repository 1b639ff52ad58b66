import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { CallerWithToken } from '../../../identity/embedded/admin/caller-with-token';
import { invalidBody, isProjectTag, readBodyMember, tagListField } from '../bodies';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { requireCaller } from '../caller';
import { identityOperation } from './collections';

const all = '/v3/projects/:project_id/tags';
const one = `${all}/:value`;

/** Tags of a project, which have nothing to do with tags of images. */
export function projectTagOperations(admin: Administration, links: Links): readonly IdentityOperation[] {
  return [...wholeOperations(admin, links), ...singleOperations(admin)];
}

const idOf = (req: Request): string => readPathId(req, 'project_id');

function wholeOperations(
  { projectTags, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  const asker = (req: Request): CallerWithToken => askerOf(requireCaller(req));
  // As in Keystone, whose tags have no path of their own there.
  const list = (req: Request): object => ({ self: `${links.root(req)}/v3` });
  return [
    identityOperation('listProjectTags', 'GET', all, async (req, res) => {
      const tags = valueOrThrow(await projectTags.list(asker(req), idOf(req)));
      sendJson(res, 200, { tags, links: list(req) });
    }),
    {
      ...identityOperation('setProjectTags', 'PUT', all, async (req, res) => {
        const wanted = readBodyMember(req, 'tags');
        if (!tagListField.holds(wanted))
          throw invalidBody(`Invalid input for field 'tags': ${tagListField.name}`);
        const tags = valueOrThrow(await projectTags.set(asker(req), idOf(req), wanted as readonly string[]));
        sendJson(res, 200, { tags, links: list(req) });
      }),
      body: 'json',
    },
    identityOperation('deleteProjectTags', 'DELETE', all, async (req, res) => {
      valueOrThrow(await projectTags.clear(asker(req), idOf(req)));
      res.status(204).end();
    }),
  ];
}

function singleOperations({ projectTags, askerOf }: Administration): readonly IdentityOperation[] {
  const asker = (req: Request): CallerWithToken => askerOf(requireCaller(req));
  const tagOf = (req: Request): string => readPathId(req, 'value');
  return [
    identityOperation('checkProjectTag', 'GET', one, async (req, res) => {
      valueOrThrow(await projectTags.check(asker(req), idOf(req), tagOf(req)));
      res.status(204).end();
    }),
    identityOperation('addProjectTag', 'PUT', one, async (req, res) => {
      const tag = tagOf(req);
      if (!isProjectTag(tag))
        throw invalidBody("Invalid input for field 'name': not a tag of 1 to 255 characters");
      valueOrThrow(await projectTags.add(asker(req), idOf(req), tag));
      res.status(201).set('Content-Length', '0').end();
    }),
    identityOperation('deleteProjectTag', 'DELETE', one, async (req, res) => {
      valueOrThrow(await projectTags.remove(asker(req), idOf(req), tagOf(req)));
      res.status(204).end();
    }),
  ];
}
