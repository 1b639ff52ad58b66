import type { Request } from 'express';
import type { CallerWithToken } from '../../identity/embedded/admin/caller-with-token';
import type { ApplicationCredential } from '../../identity/ports';
import type { DialectDeps } from '../dialect';
import { requireCaller } from './caller';
import { valueOrThrow } from './errors';
import type { IdentityOperation } from './operation';
import { readNewCredential, readNameFilter, readPathId } from './requests';
import { credentialBody, type Links, sendJson } from './responses';

type Identity = NonNullable<DialectDeps['identity']>;

const path = '/v3/users/:user_id/application_credentials';

/** A user's application credentials, as `openstack application credential` needs them. */
export function credentialOperations(identity: Identity, links: Links): readonly IdentityOperation[] {
  const bodies: Bodies = async (req, credentials, secret) => {
    const roles = await identity.administration.things.rolesOfNoDomain();
    return credentials.map((one) => {
      const self = links.to(req, `application_credentials/${one.id}`);
      return credentialBody(one, roles, self, secret);
    });
  };
  return [...allCredentials(identity, links, bodies), ...oneCredential(identity, bodies)];
}

type Bodies = (
  req: Request,
  credentials: readonly ApplicationCredential[],
  secret?: string,
) => Promise<readonly object[]>;

function allCredentials(
  { applicationCredentials, administration }: Identity,
  links: Links,
  bodies: Bodies,
): readonly IdentityOperation[] {
  return [
    {
      name: 'listApplicationCredentials',
      method: 'GET',
      path,
      run: async (req, res) => {
        const found = valueOrThrow(
          await applicationCredentials.list(requireCaller(req), readPathId(req, 'user_id')),
        );
        const name = readNameFilter(req);
        const named = found.filter((one) => name === undefined || one.name === name);
        sendJson(res, 200, {
          application_credentials: await bodies(req, named),
          links: links.ofList(req),
        });
      },
    },
    {
      name: 'createApplicationCredential',
      method: 'POST',
      path,
      body: 'json',
      run: async (req, res) => {
        const caller = requireCaller(req);
        const wanted = await readNewCredential(req, nameOfRole(administration.askerOf(caller)));
        const made = await applicationCredentials.create(caller, readPathId(req, 'user_id'), wanted);
        const { credential, secret } = valueOrThrow(made);
        const [shown] = await bodies(req, [credential], secret);
        sendJson(res, 201, { application_credential: shown });
      },
    },
  ];
}

function oneCredential({ applicationCredentials }: Identity, bodies: Bodies): readonly IdentityOperation[] {
  return [
    {
      name: 'showApplicationCredential',
      method: 'GET',
      path: `${path}/:credential_id`,
      run: async (req, res) => {
        const [userId, id] = [readPathId(req, 'user_id'), readPathId(req, 'credential_id')];
        const found = valueOrThrow(await applicationCredentials.find(requireCaller(req), userId, id));
        const [shown] = await bodies(req, [found]);
        sendJson(res, 200, { application_credential: shown });
      },
    },
    {
      name: 'deleteApplicationCredential',
      method: 'DELETE',
      path: `${path}/:credential_id`,
      run: async (req, res) => {
        const [userId, id] = [readPathId(req, 'user_id'), readPathId(req, 'credential_id')];
        valueOrThrow(await applicationCredentials.delete(requireCaller(req), userId, id));
        res.status(204).end();
      },
    },
  ];
}

/** Clients look a role's id up in their token; what is no id of the caller's roles stays, and is refused. */
function nameOfRole({ token }: CallerWithToken): (id: string) => string {
  return (id) => token?.roles.find((role) => role.id === id)?.name ?? id;
}
