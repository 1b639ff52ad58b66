import { type Request, type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { callerOf } from '../../http/context';
import { HttpFault } from '../../http/errors';
import type { Token } from '../../identity/tokens/tokens';
import type { DialectParts } from '../dialect';
import { credentialResources } from './credentials';
import { directoryResources } from './directory';
import { errorRenderer, granted } from './errors';
import { readLogin } from './login-request';
import { readJson, readSubjectToken, wantsCatalog } from './requests';
import { type Resource, serve } from './resource';
import { catalog, Links, openHeaders, send, tokenBody, versionBody } from './responses';

/** @throws Error when the identity service is elsewhere: `/v3` is then not ours to answer */
export function router({ identity, authenticator, settings, gates }: DialectParts): Router {
  if (!identity) throw new Error('/v3 needs the embedded identity service');
  const links = new Links(settings.publicUrl);
  const resources = [
    version(links),
    tokens(identity, links),
    ownCatalog(identity, links),
    ...directoryResources(identity, links),
    ...credentialResources(identity, links),
  ];
  const routes = Router({ caseSensitive: true, strict: false });
  routes.use(openAnswer, ...gates);
  for (const resource of resources) serve(routes, resource, authenticate(authenticator));
  routes.use(refuseRoute, errorRenderer(settings.publicUrl));
  return routes;
}

type Identity = NonNullable<DialectParts['identity']>;

function version(links: Links): Resource {
  return {
    path: '/v3',
    open: {
      get: (req, res) => {
        send(res, 200, versionBody(links.to(req, '').self));
      },
    },
  };
}

function tokens({ login, selfService }: Identity, links: Links): Resource {
  const body = (req: Request, token: Token): object =>
    tokenBody(token, wantsCatalog(req) ? links.root(req) : null);
  return {
    path: '/v3/auth/tokens',
    open: {
      post: async (req, res) => {
        await readJson(req, res);
        const { text, token } = granted(await login.login(await readLogin(req), req.ip));
        res.set('X-Subject-Token', text);
        send(res, 201, body(req, token));
      },
    },
    known: {
      get: async (req, res) => {
        const text = readSubjectToken(req);
        const token = granted(await selfService.inspect(callerOf(req), text));
        res.set('X-Subject-Token', text);
        send(res, 200, body(req, token));
      },
      delete: async (req, res) => {
        granted(await selfService.revoke(callerOf(req), readSubjectToken(req)));
        res.status(204).end();
      },
    },
  };
}

function ownCatalog({ selfService }: Identity, links: Links): Resource {
  return {
    path: '/v3/auth/catalog',
    known: {
      get: (req, res) => {
        granted(selfService.mayReadCatalog(callerOf(req)));
        send(res, 200, { catalog: catalog(links.root(req)), links: links.to(req, 'auth/catalog') });
      },
    },
  };
}

const openAnswer: RequestHandler = (req, res, next) => {
  res.set(openHeaders(req));
  next();
};

const refuseRoute: RequestHandler = () => {
  throw new HttpFault({ kind: 'route-not-found' });
};
