import type { Request } from 'express';
import type { Handler, HttpMethod } from '../../../http/operations';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { Attributes, DirectoryEntity } from '../../../identity/entity-ports';
import { readEntityAttributes } from '../bodies';
import { valueOrThrow } from '../errors';
import { filterByQuery, filterByTags } from '../filters';
import type { IdentityOperation } from '../operation';
import { requireValidQuery } from '../query-forms';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import type { EntityResource } from '../entity-resources';
import { readProjectHierarchy } from './project-hierarchy';
import { requireCaller } from '../caller';

type Shown = Readonly<Record<string, unknown>>;

/** An entity as it is shown, with its link. */
export function entityBody(
  links: Links,
  subject: EntityResource,
  req: Request,
  entity: DirectoryEntity,
): Shown {
  const self = links.to(req, `${subject.path.slice('/v3/'.length)}/${encodeURIComponent(entity.id)}`);
  const shown = subject.shown(entity);
  const url = typeof shown['url'] === 'string' ? { url: links.resolved(req, shown['url']) } : {};
  return { ...shown, ...url, links: self };
}

/** In the answer to a change. */
function shownChanged(links: Links, subject: EntityResource, req: Request, entity: DirectoryEntity): Shown {
  const extra = subject.extras && { extra: subject.extras(entity) };
  return { ...entityBody(links, subject, req, entity), ...extra };
}

/** The answer of a list: what the query leaves of it. */
export function listBody(
  links: Links,
  subject: EntityResource,
  req: Request,
  entities: readonly DirectoryEntity[],
): Shown {
  const shown = entities.map((entity) => entityBody(links, subject, req, entity));
  const left = filterByQuery(req, shown, subject.filters);
  return { [subject.plural]: left, links: links.ofList(req) };
}

/** The operations that every kind of entity has: list, create, show, update and delete. */
export function collectionOperations(
  { things, hierarchy, askerOf }: Administration,
  links: Links,
  subject: EntityResource,
): readonly IdentityOperation[] {
  const { kind, path, singular, title, form, changeForm = form } = subject;
  const parameter = `${singular}_id`;
  const one = `${path}/:${parameter}`;
  const idOf = (req: Request): string => readPathId(req, parameter);
  const shown = (req: Request, entity: DirectoryEntity): Shown => entityBody(links, subject, req, entity);
  const list: Handler = async (req, res) => {
    requireValidQuery(req, kind);
    const listed = await things.list(askerOf(requireCaller(req)), kind, placeOf(req, subject));
    const found = valueOrThrow(listed);
    sendJson(res, 200, listBody(links, subject, req, kind === 'project' ? filterByTags(req, found) : found));
  };
  return [
    identityOperation(`list${pluralTitle(title)}`, 'GET', path, list),
    identityOperation(`create${title}`, 'POST', path, async (req, res) => {
      const given = withRegion(readEntityAttributes(req, singular, form));
      const created = await things.create(askerOf(requireCaller(req)), kind, given);
      sendJson(res, 201, { [singular]: shown(req, valueOrThrow(created)) });
    }),
    identityOperation(`show${title}`, 'GET', one, async (req, res) => {
      const found = valueOrThrow(await things.find(askerOf(requireCaller(req)), kind, idOf(req)));
      const show = (entity: DirectoryEntity): Shown => shown(req, entity);
      const around = kind === 'project' ? await readProjectHierarchy(hierarchy, req, found, show) : {};
      sendJson(res, 200, { [singular]: { ...shown(req, found), ...around } });
    }),
    identityOperation(`update${title}`, 'PATCH', one, async (req, res) => {
      const given = withRegion(readEntityAttributes(req, singular, changeForm, true));
      const changed = await things.update(askerOf(requireCaller(req)), kind, idOf(req), given);
      sendJson(res, 200, { [singular]: shownChanged(links, subject, req, valueOrThrow(changed)) });
    }),
    identityOperation(`delete${title}`, 'DELETE', one, async (req, res) => {
      valueOrThrow(await things.delete(askerOf(requireCaller(req)), kind, idOf(req)));
      res.status(204).end();
    }),
  ];
}

export function identityOperation(
  name: string,
  method: HttpMethod,
  path: string,
  run: Handler,
): IdentityOperation {
  const reads = method === 'POST' || method === 'PATCH';
  return { name, method, path, run, ...(reads ? { body: 'json' as const } : {}) };
}

export function pluralTitle(title: string): string {
  return title.endsWith('y') ? `${title.slice(0, -1)}ies` : `${title}s`;
}

/** Roles of a domain are listed only when the domain is named. */
function placeOf(req: Request, { kind }: EntityResource): Attributes {
  if (kind !== 'role') return {};
  return { domain_id: req.target.query.find(({ name }) => name === 'domain_id')?.value ?? null };
}

/** `region` is how a region was named before regions had ids. */
function withRegion(given: Attributes): Attributes {
  const { region, ...rest } = given;
  return region === undefined || rest['region_id'] !== undefined ? given : { ...rest, region_id: region };
}
