import type { Request } from 'express';
import type { ApplicationCredential } from '../../identity/ports';
import type { DialectParts } from '../dialect';
import { requireCaller } from './caller';
import { unwrap } from './errors';
import type { IdentityOperation } from './operation';
import { readCredential, readNameFilter, readPathId } from './requests';
import { credentialBody, type Links, roleId, sendJson } from './responses';

type Identity = NonNullable<DialectParts['identity']>;

const path = '/v3/users/:user_id/application_credentials';

/** A user's application credentials, as `openstack application credential` needs them. */
export function credentialOperations(identity: Identity, links: Links): readonly IdentityOperation[] {
  const body = (req: Request, credential: ApplicationCredential, secret?: string): object =>
    credentialBody(credential, links.to(req, `application_credentials/${credential.id}`), secret);
  return [...allCredentials(identity, links, body), ...oneCredential(identity, body)];
}

type Body = (req: Request, credential: ApplicationCredential, secret?: string) => object;

function allCredentials(
  { applicationCredentials }: Identity,
  links: Links,
  body: Body,
): readonly IdentityOperation[] {
  return [
    {
      name: 'listApplicationCredentials',
      method: 'GET',
      path,
      run: async (req, res) => {
        const found = unwrap(
          await applicationCredentials.list(requireCaller(req), readPathId(req, 'user_id')),
        );
        const name = readNameFilter(req);
        const bodies = found
          .filter((one) => name === undefined || one.name === name)
          .map((one) => body(req, one));
        sendJson(res, 200, { application_credentials: bodies, links: links.ofList(req) });
      },
    },
    {
      name: 'createApplicationCredential',
      method: 'POST',
      path,
      body: 'json',
      run: async (req, res) => {
        const caller = requireCaller(req);
        const wanted = await readCredential(req, nameOfRole(caller.roles));
        const made = await applicationCredentials.create(caller, readPathId(req, 'user_id'), wanted);
        const { credential, secret } = unwrap(made);
        sendJson(res, 201, { application_credential: body(req, credential, secret) });
      },
    },
  ];
}

function oneCredential({ applicationCredentials }: Identity, body: Body): readonly IdentityOperation[] {
  return [
    {
      name: 'showApplicationCredential',
      method: 'GET',
      path: `${path}/:credential_id`,
      run: async (req, res) => {
        const [userId, id] = [readPathId(req, 'user_id'), readPathId(req, 'credential_id')];
        const found = unwrap(await applicationCredentials.find(requireCaller(req), userId, id));
        sendJson(res, 200, { application_credential: body(req, found) });
      },
    },
    {
      name: 'deleteApplicationCredential',
      method: 'DELETE',
      path: `${path}/:credential_id`,
      run: async (req, res) => {
        const [userId, id] = [readPathId(req, 'user_id'), readPathId(req, 'credential_id')];
        unwrap(await applicationCredentials.delete(requireCaller(req), userId, id));
        res.status(204).end();
      },
    },
  ];
}

/** Clients look a role's id up in their token; what is no id of the caller's roles stays, and is refused. */
function nameOfRole(roles: readonly string[]): (id: string) => string {
  return (id) => roles.find((role) => roleId(role) === id) ?? id;
}
