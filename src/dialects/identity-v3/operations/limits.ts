import type { Administration } from '../../../identity/embedded/admin/administration';
import type { Attributes } from '../../../identity/entity-ports';
import { invalidBody, readBodyMember, readAttributes } from '../bodies';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { type Links, sendJson } from '../responses';
import { limitResources } from '../limit-resources';
import type { EntityResource } from '../entity-resources';
import { requireCaller } from '../caller';
import { collectionOperations, identityOperation, entityBody } from './collections';

/** Limits are made several in one request, and each is answered with them. */
export function limitOperations(admin: Administration, links: Links): readonly IdentityOperation[] {
  return [
    identityOperation('showLimitModel', 'GET', '/v3/limits/model', (_req, res) => {
      sendJson(res, 200, { model });
    }),
    ...[limitResources.registered, limitResources.limit].flatMap((subject) => manyOf(admin, links, subject)),
  ];
}

const model = {
  name: 'flat',
  description: 'Limit enforcement and validation does not take project hierarchy into consideration.',
};

function manyOf(admin: Administration, links: Links, subject: EntityResource): readonly IdentityOperation[] {
  const { kind, plural, form, path, title } = subject;
  const create = identityOperation(`create${title}s`, 'POST', path, async (req, res) => {
    const given = readParts(readBodyMember(req, plural), plural).map((part) => readAttributes(part, form));
    if (kind === 'limit') given.forEach(requirePlace);
    const made = valueOrThrow(await admin.things.createAll(admin.askerOf(requireCaller(req)), kind, given));
    sendJson(res, 201, { [plural]: made.map((one) => entityBody(links, subject, req, one)) });
  });
  const others = collectionOperations(admin, links, subject);
  return [...others.filter(({ method }) => method !== 'POST'), create];
}

function readParts(parts: unknown, plural: string): readonly Attributes[] {
  if (!Array.isArray(parts)) throw invalidBody(`Invalid input for field '${plural}': not of type 'array'`);
  if (parts.length === 0) throw invalidBody('[] is too short');
  if (parts.length > 100) throw invalidBody('At most 100 limits are taken at once');
  return parts as readonly Attributes[];
}

/** @throws HttpFault invalid-request where a limit is for a project and a domain, or for neither */
function requirePlace(limit: Attributes): void {
  if (Object.hasOwn(limit, 'project_id') !== Object.hasOwn(limit, 'domain_id')) return;
  throw invalidBody("Invalid input: one of 'project_id' and 'domain_id' is a required property");
}
