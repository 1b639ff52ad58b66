import type { Request } from 'express';
import { callerOf } from '../../http/context';
import type { Project } from '../../identity/ports';
import type { DialectParts } from '../dialect';
import { granted } from './errors';
import type { IdentityOperation } from './operation';
import { readNameFilter, readPathId } from './requests';
import { domain, domainBody, type Links, projectBody, region, regionBody, send, userBody } from './responses';

type Identity = NonNullable<DialectParts['identity']>;

/** Projects, users, the one domain and the one region: what clients look up before they do anything. */
export function directoryOperations({ selfService }: Identity, links: Links): readonly IdentityOperation[] {
  return [...projectOperations(selfService, links), ...userOperations(selfService, links), ...places(links)];
}

function projectOperations(selfService: Identity['selfService'], links: Links): readonly IdentityOperation[] {
  const list = projectList(links);
  return [
    {
      name: 'listOwnProjects',
      method: 'GET',
      path: '/v3/auth/projects',
      run: async (req, res) => {
        send(res, 200, list(req, await selfService.ownProjects(callerOf(req))));
      },
    },
    {
      name: 'listProjects',
      method: 'GET',
      path: '/v3/projects',
      run: async (req, res) => {
        send(res, 200, list(req, await selfService.visibleProjects(callerOf(req))));
      },
    },
    {
      name: 'showProject',
      method: 'GET',
      path: '/v3/projects/:project_id',
      run: async (req, res) => {
        const project = granted(await selfService.project(callerOf(req), readPathId(req, 'project_id')));
        send(res, 200, { project: projectBody(project, links.to(req, `projects/${project.id}`)) });
      },
    },
    {
      name: 'listUserProjects',
      method: 'GET',
      path: '/v3/users/:user_id/projects',
      run: async (req, res) => {
        const id = readPathId(req, 'user_id');
        send(res, 200, list(req, granted(await selfService.projectsOf(callerOf(req), id))));
      },
    },
  ];
}

function projectList(links: Links): (req: Request, projects: readonly Project[]) => object {
  return (req, projects) => ({
    projects: withName(req, projects).map((one) => projectBody(one, links.to(req, `projects/${one.id}`))),
    links: links.ofList(req),
  });
}

function userOperations(selfService: Identity['selfService'], links: Links): readonly IdentityOperation[] {
  return [
    {
      name: 'listUsers',
      method: 'GET',
      path: '/v3/users',
      run: async (req, res) => {
        const users = withName(req, granted(await selfService.users(callerOf(req))));
        const bodies = users.map((user) => userBody(user, links.to(req, `users/${user.id}`)));
        send(res, 200, { users: bodies, links: links.ofList(req) });
      },
    },
    {
      name: 'showUser',
      method: 'GET',
      path: '/v3/users/:user_id',
      run: async (req, res) => {
        const user = granted(await selfService.user(callerOf(req), readPathId(req, 'user_id')));
        send(res, 200, { user: userBody(user, links.to(req, `users/${user.id}`)) });
      },
    },
  ];
}

/** Domains and regions: SDKs of both vendors ask for their ids, with any credentials that are good. */
function places(links: Links): readonly IdentityOperation[] {
  const domains = (name: string, path: string): IdentityOperation => ({
    name,
    method: 'GET',
    path,
    run: (req, res) => {
      const bodies = withName(req, [domain]).map(() => domainBody(links.to(req, 'domains/default')));
      send(res, 200, { domains: bodies, links: links.ofList(req) });
    },
  });
  return [
    domains('listOwnDomains', '/v3/auth/domains'),
    domains('listDomains', '/v3/domains'),
    {
      name: 'showDomain',
      method: 'GET',
      path: '/v3/domains/default',
      run: (req, res) => {
        send(res, 200, { domain: domainBody(links.to(req, 'domains/default')) });
      },
    },
    {
      name: 'listRegions',
      method: 'GET',
      path: '/v3/regions',
      run: (req, res) => {
        const body = regionBody(links.to(req, `regions/${region}`));
        send(res, 200, { regions: [body], links: links.ofList(req) });
      },
    },
    {
      name: 'showRegion',
      method: 'GET',
      path: `/v3/regions/${region}`,
      run: (req, res) => {
        send(res, 200, { region: regionBody(links.to(req, `regions/${region}`)) });
      },
    },
  ];
}

function withName<Thing extends { readonly name: string }>(
  req: Request,
  things: readonly Thing[],
): readonly Thing[] {
  const name = readNameFilter(req);
  return name === undefined ? things : things.filter((thing) => thing.name === name);
}
