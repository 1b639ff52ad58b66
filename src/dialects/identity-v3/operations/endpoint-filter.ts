import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { CallerWithToken } from '../../../identity/embedded/admin/caller-with-token';
import type { EndpointAssociation } from '../../../identity/endpoint-filter-ports';
import type { DirectoryEntity } from '../../../identity/entity-ports';
import type { ValueOrRefusal } from '../../../identity/errors';
import { requireCaller } from '../caller';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { type EntityResource, entityResources } from '../entity-resources';
import { listBody, identityOperation } from './collections';

const root = '/v3/OS-EP-FILTER';
const endpointPath = `${root}/projects/:project_id/endpoints/:endpoint_id`;
const groupPath = `${root}/endpoint_groups/:endpoint_group_id/projects/:project_id`;

/** Which endpoints the catalog of a project shows, by itself or by groups of endpoints. */
export function endpointFilterOperations(admin: Administration, links: Links): readonly IdentityOperation[] {
  return [...listOperations(admin, links), ...endpointOperations(admin), ...groupOperations(admin)];
}

type Read = (asker: CallerWithToken, id: string) => Promise<ValueOrRefusal<readonly DirectoryEntity[]>>;

/** By name: the path, the parameter that is read from it, what is listed, and how it is found. */
function listsOf(filter: Administration['endpointFilter']) {
  const { endpoint, endpointGroup, project } = entityResources;
  const ofEndpoint: Read = (asker, id) => filter.projectsOf(asker, 'endpoint', id);
  const ofGroup: Read = (asker, id) => filter.projectsOf(asker, 'endpoint-group', id);
  const endpointsOf: Read = (asker, id) => filter.endpointsOf(asker, id);
  const groupsOf: Read = (asker, id) => filter.groupsOf(asker, id);
  const endpointsOfGroup: Read = (asker, id) => filter.endpointsOfGroup(asker, id);
  const group = 'endpoint_groups/:endpoint_group_id';
  return {
    listEndpointProjects: ['endpoints/:endpoint_id/projects', 'endpoint_id', project, ofEndpoint],
    listProjectEndpoints: ['projects/:project_id/endpoints', 'project_id', endpoint, endpointsOf],
    listProjectEndpointGroups: [
      'projects/:project_id/endpoint_groups',
      'project_id',
      endpointGroup,
      groupsOf,
    ],
    listEndpointGroupEndpoints: [`${group}/endpoints`, 'endpoint_group_id', endpoint, endpointsOfGroup],
    listEndpointGroupProjects: [`${group}/projects`, 'endpoint_group_id', project, ofGroup],
  } satisfies Readonly<Record<string, readonly [string, string, EntityResource, Read]>>;
}

function listOperations(
  { endpointFilter, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  return Object.entries(listsOf(endpointFilter)).map(([name, [path, parameter, subject, read]]) =>
    identityOperation(name, 'GET', `${root}/${path}`, async (req, res) => {
      const found = valueOrThrow(await read(askerOf(requireCaller(req)), readPathId(req, parameter)));
      // Keystone does not narrow these lists.
      sendJson(res, 200, listBody(links, { ...subject, filters: [] }, req, found));
    }),
  );
}

function endpointOperations({ endpointFilter, askerOf }: Administration): readonly IdentityOperation[] {
  const asker = (req: Request): CallerWithToken => askerOf(requireCaller(req));
  const one = (req: Request): EndpointAssociation => associationIn(req, 'endpoint', 'endpoint_id');
  return [
    identityOperation('checkProjectEndpoint', 'GET', endpointPath, async (req, res) => {
      valueOrThrow(await endpointFilter.check(asker(req), one(req)));
      res.status(204).end();
    }),
    identityOperation('addProjectEndpoint', 'PUT', endpointPath, async (req, res) => {
      valueOrThrow(await endpointFilter.associate(asker(req), one(req)));
      res.status(204).end();
    }),
    identityOperation('removeProjectEndpoint', 'DELETE', endpointPath, async (req, res) => {
      valueOrThrow(await endpointFilter.dissociate(asker(req), one(req)));
      res.status(204).end();
    }),
  ];
}

function groupOperations({ endpointFilter, askerOf }: Administration): readonly IdentityOperation[] {
  const asker = (req: Request): CallerWithToken => askerOf(requireCaller(req));
  const one = (req: Request): EndpointAssociation =>
    associationIn(req, 'endpoint-group', 'endpoint_group_id');
  return [
    identityOperation('showProjectEndpointGroup', 'GET', groupPath, async (req, res) => {
      const { id, projectId } = one(req);
      valueOrThrow(await endpointFilter.check(asker(req), one(req)));
      // Keystone's own link has no server in it.
      const self = `/OS-EP-FILTER/endpoint_groups/${id}/projects/${projectId}`;
      const shown = { endpoint_group_id: id, project_id: projectId, links: { self } };
      sendJson(res, 200, { project_endpoint_group: shown });
    }),
    identityOperation('addProjectEndpointGroup', 'PUT', groupPath, async (req, res) => {
      valueOrThrow(await endpointFilter.associate(asker(req), one(req)));
      res.status(204).end();
    }),
    identityOperation('removeProjectEndpointGroup', 'DELETE', groupPath, async (req, res) => {
      valueOrThrow(await endpointFilter.dissociate(asker(req), one(req)));
      res.status(204).end();
    }),
  ];
}

function associationIn(
  req: Request,
  kind: EndpointAssociation['kind'],
  parameter: string,
): EndpointAssociation {
  return { kind, projectId: readPathId(req, 'project_id'), id: readPathId(req, parameter) };
}
