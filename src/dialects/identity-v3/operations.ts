import type { Request } from 'express';
import { callerOf } from '../../http/context';
import type { Token } from '../../identity/tokens/tokens';
import type { DialectParts } from '../dialect';
import { credentialOperations } from './credentials';
import { directoryOperations } from './directory';
import { granted } from './errors';
import { readLogin } from './login-request';
import type { IdentityOperation } from './operation';
import { readSubjectToken, wantsCatalog } from './requests';
import { catalog, Links, send, tokenBody, versionBody } from './responses';

/** @throws Error when the identity service is elsewhere: `/v3` is then not ours to answer */
export function operations({ identity, settings }: DialectParts): readonly IdentityOperation[] {
  if (!identity) throw new Error('/v3 needs the embedded identity service');
  const links = new Links(settings.publicUrl);
  return [
    version(links),
    ...tokens(identity, links),
    ownCatalog(identity, links),
    ...directoryOperations(identity, links),
    ...credentialOperations(identity, links),
  ];
}

type Identity = NonNullable<DialectParts['identity']>;

function version(links: Links): IdentityOperation {
  return {
    name: 'showVersion',
    method: 'GET',
    path: '/v3',
    open: true,
    run: (req, res) => {
      send(res, 200, versionBody(links.to(req, '').self));
    },
  };
}

function tokens({ login, selfService }: Identity, links: Links): readonly IdentityOperation[] {
  const path = '/v3/auth/tokens';
  const body = (req: Request, token: Token): object =>
    tokenBody(token, wantsCatalog(req) ? links.root(req) : null);
  return [
    {
      name: 'showToken',
      method: 'GET',
      path,
      run: async (req, res) => {
        const text = readSubjectToken(req);
        const token = granted(await selfService.inspect(callerOf(req), text));
        res.set('X-Subject-Token', text);
        send(res, 200, body(req, token));
      },
    },
    {
      name: 'createToken',
      method: 'POST',
      path,
      open: true,
      body: 'json',
      run: async (req, res) => {
        const { text, token } = granted(await login.login(await readLogin(req), req.ip));
        res.set('X-Subject-Token', text);
        send(res, 201, body(req, token));
      },
    },
    {
      name: 'revokeToken',
      method: 'DELETE',
      path,
      run: async (req, res) => {
        granted(await selfService.revoke(callerOf(req), readSubjectToken(req)));
        res.status(204).end();
      },
    },
  ];
}

function ownCatalog({ selfService }: Identity, links: Links): IdentityOperation {
  return {
    name: 'showCatalog',
    method: 'GET',
    path: '/v3/auth/catalog',
    run: (req, res) => {
      granted(selfService.mayReadCatalog(callerOf(req)));
      send(res, 200, { catalog: catalog(links.root(req)), links: links.to(req, 'auth/catalog') });
    },
  };
}
