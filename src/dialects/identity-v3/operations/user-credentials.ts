import type { Request } from 'express';
import type { UserCredential } from '../../../identity/user-credential-ports';
import type { NewUserCredential } from '../../../identity/embedded/user-credentials';
import type { DialectDeps } from '../../dialect';
import {
  type BodyForm,
  invalidBody,
  readEntityAttributes,
  shortTextField,
  textField,
  textOrNullField,
} from '../bodies';
import { requireCaller } from '../caller';
import { valueOrThrow } from '../errors';
import { filterByQuery } from '../filters';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { identityOperation } from './collections';

type Identity = NonNullable<DialectDeps['identity']>;

const form: BodyForm = {
  fields: { blob: textField, type: shortTextField, user_id: textField, project_id: textOrNullField },
  required: ['blob', 'type', 'user_id'],
};

const all = '/v3/credentials';
const one = `${all}/:credential_id`;

/** What users keep for other services, as `openstack credential` arranges it. */
export function userCredentialOperations(
  { userCredentials, administration: { askerOf } }: Pick<Identity, 'userCredentials' | 'administration'>,
  links: Links,
): readonly IdentityOperation[] {
  const body = (req: Request, { id, userId, projectId, type, blob }: UserCredential) => ({
    ...{ id, user_id: userId, project_id: projectId, type, blob },
    links: links.to(req, `credentials/${id}`),
  });
  const asker = (req: Request) => askerOf(requireCaller(req));
  const idOf = (req: Request): string => readPathId(req, 'credential_id');
  return [
    identityOperation('listCredentials', 'GET', all, async (req, res) => {
      const found = valueOrThrow(await userCredentials.list(asker(req))).map((each) => body(req, each));
      const credentials = filterByQuery(req, found, ['user_id', 'type']);
      sendJson(res, 200, { credentials, links: links.ofList(req) });
    }),
    identityOperation('createCredential', 'POST', all, async (req, res) => {
      const made = await userCredentials.create(asker(req), readNew(req));
      sendJson(res, 201, { credential: body(req, valueOrThrow(made)) });
    }),
    identityOperation('showCredential', 'GET', one, async (req, res) => {
      const found = await userCredentials.find(asker(req), idOf(req));
      sendJson(res, 200, { credential: body(req, valueOrThrow(found)) });
    }),
    identityOperation('updateCredential', 'PATCH', one, async (req, res) => {
      const changed = await userCredentials.update(asker(req), idOf(req), readChanges(req));
      sendJson(res, 200, { credential: body(req, valueOrThrow(changed)) });
    }),
    identityOperation('deleteCredential', 'DELETE', one, async (req, res) => {
      valueOrThrow(await userCredentials.delete(asker(req), idOf(req)));
      res.status(204).end();
    }),
  ];
}

function readNew(req: Request): NewUserCredential {
  const given = readEntityAttributes(req, 'credential', form);
  if (given['type'] === 'ec2' && given['project_id'] === undefined)
    throw invalidBody("'project_id' is a required property");
  return {
    userId: given['user_id'] as string,
    projectId: (given['project_id'] ?? null) as string | null,
    type: given['type'] as string,
    blob: given['blob'] as string,
  };
}

/** The fields given, and no others. */
function readChanges(req: Request): Partial<NewUserCredential> {
  const given = readEntityAttributes(req, 'credential', form, true);
  const names = { user_id: 'userId', project_id: 'projectId', type: 'type', blob: 'blob' } as const;
  return Object.fromEntries(
    Object.entries(names).flatMap(([wire, own]) => (given[wire] === undefined ? [] : [[own, given[wire]]])),
  );
}
