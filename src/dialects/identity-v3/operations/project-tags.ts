import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { DirectoryEntity } from '../../../identity/entity-ports';
import { invalid, isTag, readMember, tagList } from '../bodies';
import { unwrap } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { requireCaller } from '../caller';
import { row } from './collections';

/** Tags of a project, which have nothing to do with tags of images. */
export function projectTagOperations(admin: Administration, links: Links): readonly IdentityOperation[] {
  const tags = accessTo(admin);
  return [...wholeOperations(tags, links), ...singleOperations(tags)];
}

type Access = ReturnType<typeof accessTo>;

function accessTo({ things, askerOf }: Administration) {
  const idOf = (req: Request): string => readPathId(req, 'project_id');
  const find = async (req: Request, action: string): Promise<DirectoryEntity> =>
    unwrap(await things.find(askerOf(requireCaller(req)), 'project', idOf(req), action));
  const set = async (req: Request, action: string, tags: readonly string[]): Promise<void> => {
    const changes = { tags: [...tags] };
    unwrap(await things.update(askerOf(requireCaller(req)), 'project', idOf(req), changes, action));
  };
  return { find, set };
}

const all = '/v3/projects/:project_id/tags';

function wholeOperations({ find, set }: Access, links: Links): readonly IdentityOperation[] {
  // As in Keystone, whose tags have no path of their own there.
  const list = (req: Request): object => ({ self: `${links.root(req)}/v3` });
  return [
    row('listProjectTags', 'GET', all, async (req, res) => {
      sendJson(res, 200, { tags: tagsOf(await find(req, 'list_project_tags')), links: list(req) });
    }),
    {
      ...row('setProjectTags', 'PUT', all, async (req, res) => {
        const tags = readMember(req, 'tags');
        if (!tagList.holds(tags)) throw invalid(`Invalid input for field 'tags': ${tagList.name}`);
        await set(req, 'update_project_tags', tags as readonly string[]);
        sendJson(res, 200, { tags, links: list(req) });
      }),
      body: 'json',
    },
    row('deleteProjectTags', 'DELETE', all, async (req, res) => {
      await set(req, 'delete_project_tags', []);
      res.status(204).end();
    }),
  ];
}

function singleOperations({ find, set }: Access): readonly IdentityOperation[] {
  const one = `${all}/:value`;
  return [
    row('checkProjectTag', 'GET', one, async (req, res) => {
      unwrap(has(tagsOf(await find(req, 'get_project_tag')), readPathId(req, 'value')));
      res.status(204).end();
    }),
    row('addProjectTag', 'PUT', one, async (req, res) => {
      const tag = readPathId(req, 'value');
      if (!isTag(tag)) throw invalid("Invalid input for field 'name': not a tag of 1 to 255 characters");
      const action = 'create_project_tag';
      const tags = tagsOf(await find(req, action));
      await set(req, action, [...new Set([...tags, tag])]);
      res.status(201).set('Content-Length', '0').end();
    }),
    row('deleteProjectTag', 'DELETE', one, async (req, res) => {
      const tag = readPathId(req, 'value');
      const action = 'delete_project_tag';
      const tags = tagsOf(await find(req, action));
      unwrap(has(tags, tag));
      await set(
        req,
        action,
        tags.filter((known) => known !== tag),
      );
      res.status(204).end();
    }),
  ];
}

function tagsOf(project: DirectoryEntity): readonly string[] {
  return project['tags'] as readonly string[];
}

function has(tags: readonly string[], tag: string) {
  if (tags.includes(tag)) return { value: undefined };
  return { refusal: { kind: 'rule', rule: 'no-tag', thing: 'project', id: tag } as const };
}
