import type { Request } from 'express';
import type { Ec2Credential } from '../../../identity/embedded/user-credentials';
import type { DialectDeps } from '../../dialect';
import { readAttributes, textOrNullField } from '../bodies';
import { requireCaller } from '../caller';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { identityOperation } from './collections';

type Identity = NonNullable<DialectDeps['identity']>;

/** Without one Keystone looks for the project `None`. */
const form = { fields: { tenant_id: textOrNullField } } as const;
const all = '/v3/users/:user_id/credentials/OS-EC2';
const one = `${all}/:access`;

/** Pairs of keys as EC2's clients have them: `openstack ec2 credentials`. */
export function ec2CredentialOperations(
  { userCredentials, administration: { askerOf } }: Pick<Identity, 'userCredentials' | 'administration'>,
  links: Links,
): readonly IdentityOperation[] {
  const body = (req: Request, { userId, projectId, access, secret }: Ec2Credential): object => ({
    ...{ user_id: userId, tenant_id: projectId, access, secret, trust_id: null },
    links: links.to(req, `users/${userId}/credentials/OS-EC2/${encodeURIComponent(access)}`),
  });
  const asker = (req: Request) => askerOf(requireCaller(req));
  const userOf = (req: Request): string => readPathId(req, 'user_id');
  const pairOf = (req: Request): [string, string] => [userOf(req), readPathId(req, 'access')];
  return [
    identityOperation('listEc2Credentials', 'GET', all, async (req, res) => {
      const found = valueOrThrow(await userCredentials.listPairs(asker(req), userOf(req)));
      sendJson(res, 200, {
        credentials: found.map((each) => body(req, each)),
        links: links.ofList(req),
      });
    }),
    identityOperation('createEc2Credential', 'POST', all, async (req, res) => {
      const { tenant_id: project } = readAttributes(req.body, form);
      const projectId = typeof project === 'string' ? project : 'None';
      const made = await userCredentials.createPair(asker(req), userOf(req), projectId);
      sendJson(res, 201, { credential: body(req, valueOrThrow(made)) });
    }),
    identityOperation('showEc2Credential', 'GET', one, async (req, res) => {
      const found = await userCredentials.findPair(asker(req), ...pairOf(req));
      sendJson(res, 200, { credential: body(req, valueOrThrow(found)) });
    }),
    identityOperation('deleteEc2Credential', 'DELETE', one, async (req, res) => {
      valueOrThrow(await userCredentials.deletePair(asker(req), ...pairOf(req)));
      res.status(204).end();
    }),
  ];
}
