import type { Request } from 'express';
import type { AccessRule } from '../../../identity/access-rules';
import type { DialectDeps } from '../../dialect';
import { requireCaller } from '../caller';
import { valueOrThrow } from '../errors';
import { filterByQuery } from '../filters';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, accessRuleBody, sendJson } from '../responses';
import { identityOperation } from './collections';

const path = '/v3/users/:user_id/access_rules';
const one = `${path}/:access_rule_id`;

/** The access rules of a user's application credentials, which outlive these. */
export function accessRuleOperations(
  { accessRules }: Pick<NonNullable<DialectDeps['identity']>, 'accessRules'>,
  links: Links,
): readonly IdentityOperation[] {
  const body = (req: Request, rule: AccessRule): Readonly<Record<string, unknown>> => ({
    ...accessRuleBody(rule),
    links: links.to(req, `access_rules/${rule.id}`),
  });
  const ids = (req: Request): [string, string] => [
    readPathId(req, 'user_id'),
    readPathId(req, 'access_rule_id'),
  ];
  return [
    identityOperation('listAccessRules', 'GET', path, async (req, res) => {
      const found = valueOrThrow(await accessRules.list(requireCaller(req), readPathId(req, 'user_id')));
      const bodies = found.map((rule) => body(req, rule));
      const left = filterByQuery(req, bodies, ['service', 'path', 'method']);
      sendJson(res, 200, { access_rules: left, links: links.ofList(req) });
    }),
    identityOperation('showAccessRule', 'GET', one, async (req, res) => {
      const rule = valueOrThrow(await accessRules.find(requireCaller(req), ...ids(req)));
      sendJson(res, 200, { access_rule: body(req, rule) });
    }),
    identityOperation('deleteAccessRule', 'DELETE', one, async (req, res) => {
      valueOrThrow(await accessRules.delete(requireCaller(req), ...ids(req)));
      res.status(204).end();
    }),
  ];
}
