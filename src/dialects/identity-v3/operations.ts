import type { Request } from 'express';
import type { Token } from '../../identity/tokens/tokens';
import type { DialectDeps } from '../dialect';
import { requireCaller } from './caller';
import { credentialOperations } from './credentials';
import { valueOrThrow } from './errors';
import { readLogin } from './login-request';
import type { IdentityOperation } from './operation';
import { understandsAccessRules, readSubjectToken, wantsCatalog } from './requests';
import { accessRuleOperations } from './operations/access-rules';
import { assignmentOperations } from './operations/assignments';
import { collectionOperations } from './operations/collections';
import { ec2CredentialOperations } from './operations/ec2-credentials';
import { endpointFilterOperations } from './operations/endpoint-filter';
import { grantOperations } from './operations/grants';
import { groupMemberOperations } from './operations/groups';
import { impliedRoleOperations } from './operations/implied-roles';
import { limitOperations } from './operations/limits';
import { projectTagOperations } from './operations/project-tags';
import { authScopeOperations, userOperations } from './operations/users';
import { userCredentialOperations } from './operations/user-credentials';
import { Links, sendJson, tokenBody, versionBody } from './responses';
import { entityResources } from './entity-resources';

/** @throws Error when the identity service is external: `/v3` is then not served here */
export function operations({ identity, settings }: DialectDeps): readonly IdentityOperation[] {
  if (!identity) throw new Error('/v3 needs the embedded identity service');
  const links = new Links(settings.publicUrl);
  return [
    version(links),
    ...tokens(identity, links),
    ownCatalog(identity, links),
    ...authScopeOperations(identity.administration, links),
    ...userOperations(identity.administration, links),
    ...projectTagOperations(identity.administration, links),
    ...groupMemberOperations(identity.administration, links),
    ...impliedRoleOperations(identity.administration, links),
    ...grantOperations(identity.administration, links),
    ...assignmentOperations(identity.administration, links),
    ...limitOperations(identity.administration, links),
    ...endpointFilterOperations(identity.administration, links),
    ...Object.values(entityResources).flatMap((subject) =>
      collectionOperations(identity.administration, links, subject),
    ),
    ...credentialOperations(identity, links),
    ...accessRuleOperations(identity, links),
    ...userCredentialOperations(identity, links),
    ...ec2CredentialOperations(identity, links),
  ];
}

type Identity = NonNullable<DialectDeps['identity']>;

function version(links: Links): IdentityOperation {
  return {
    name: 'showVersion',
    method: 'GET',
    path: '/v3',
    open: true,
    run: (req, res) => {
      sendJson(res, 200, versionBody(links.to(req, '').self));
    },
  };
}

function tokens({ login, selfService, catalog }: Identity, links: Links): readonly IdentityOperation[] {
  const path = '/v3/auth/tokens';
  const body = async (req: Request, token: Token): Promise<object> =>
    tokenBody(token, wantsCatalog(req) ? await catalogOf(req, links, catalog, token) : null);
  return [
    {
      name: 'showToken',
      method: 'GET',
      path,
      run: async (req, res) => {
        const text = readSubjectToken(req);
        const token = valueOrThrow(await inspected(selfService, req, text));
        res.set('X-Subject-Token', text);
        sendJson(res, 200, await body(req, token));
      },
    },
    {
      name: 'createToken',
      method: 'POST',
      path,
      open: true,
      body: 'json',
      run: async (req, res) => {
        const { text, token } = valueOrThrow(await login.login(await readLogin(req), req.ip));
        res.set('X-Subject-Token', text);
        sendJson(res, 201, await body(req, token));
      },
    },
    {
      name: 'revokeToken',
      method: 'DELETE',
      path,
      run: async (req, res) => {
        valueOrThrow(await selfService.revoke(requireCaller(req), readSubjectToken(req)));
        res.status(204).end();
      },
    },
  ];
}

function inspected(
  selfService: Identity['selfService'],
  req: Request,
  text: string,
): ReturnType<Identity['selfService']['inspect']> {
  const action = req.method === 'HEAD' ? 'check_token' : 'validate_token';
  return selfService.inspect(requireCaller(req), text, understandsAccessRules(req), action);
}

function ownCatalog({ selfService, catalog, administration }: Identity, links: Links): IdentityOperation {
  return {
    name: 'showCatalog',
    method: 'GET',
    path: '/v3/auth/catalog',
    run: async (req, res) => {
      const caller = requireCaller(req);
      valueOrThrow(selfService.mayReadCatalog(caller));
      const { token } = administration.askerOf(caller);
      const services = await catalogOf(req, links, catalog, token);
      sendJson(res, 200, { catalog: services, links: links.to(req, 'auth/catalog') });
    },
  };
}

async function catalogOf(
  req: Request,
  links: Links,
  catalog: Identity['catalog'],
  token: Token | undefined,
): Promise<object[]> {
  return links.catalog(req, await catalog.services(token?.project?.id), token);
}
