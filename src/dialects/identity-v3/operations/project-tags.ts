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
  const find = async (req: Request): Promise<DirectoryEntity> =>
    unwrap(await things.find(askerOf(requireCaller(req)), 'project', readPathId(req, 'project_id')));
  const set = async (req: Request, tags: readonly string[]): Promise<void> => {
    const id = readPathId(req, 'project_id');
    unwrap(await things.update(askerOf(requireCaller(req)), 'project', id, { tags: [...tags] }));
  };
  return { find, set };
}

const all = '/v3/projects/:project_id/tags';

function wholeOperations({ find, set }: Access, links: Links): readonly IdentityOperation[] {
  // As in Keystone, whose tags have no path of their own there.
  const list = (req: Request): object => ({ self: `${links.root(req)}/v3` });
  return [
    row('listProjectTags', 'GET', all, async (req, res) => {
      sendJson(res, 200, { tags: tagsOf(await find(req)), links: list(req) });
    }),
    {
      ...row('setProjectTags', 'PUT', all, async (req, res) => {
        const tags = readMember(req, 'tags');
        if (!tagList.holds(tags)) throw invalid(`Invalid input for field 'tags': ${tagList.name}`);
        await set(req, tags as readonly string[]);
        sendJson(res, 200, { tags, links: list(req) });
      }),
      body: 'json',
    },
    row('deleteProjectTags', 'DELETE', all, async (req, res) => {
      await set(req, []);
      res.status(204).end();
    }),
  ];
}

function singleOperations({ find, set }: Access): readonly IdentityOperation[] {
  const one = `${all}/:value`;
  return [
    row('checkProjectTag', 'GET', one, async (req, res) => {
      unwrap(has(tagsOf(await find(req)), readPathId(req, 'value')));
      res.status(204).end();
    }),
    row('addProjectTag', 'PUT', one, async (req, res) => {
      const tag = readPathId(req, 'value');
      if (!isTag(tag)) throw invalid("Invalid input for field 'name': not a tag of 1 to 255 characters");
      await set(req, [...new Set([...tagsOf(await find(req)), tag])]);
      res.status(201).set('Content-Length', '0').end();
    }),
    row('deleteProjectTag', 'DELETE', one, async (req, res) => {
      const tag = readPathId(req, 'value');
      const tags = tagsOf(await find(req));
      unwrap(has(tags, tag));
      await set(
        req,
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
