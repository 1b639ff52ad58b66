import type { Request } from 'express';
import type { EntityKind } from '../../identity/entity-ports';
import { type FieldType, idText, invalidBody, nameField, oneOf, regionId, shortName } from './bodies';

interface QueryForm {
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Nothing but these. */
  readonly closed?: true;
}

const words = ['True', 'TRUE', 'true', 'False', 'FALSE', 'false', '', '1', '0'];
const flag = oneOf(...words, 'y', 'Y', 'n', 'N', 'on', 'ON', 'off', 'OFF', 'yes', 'no');
const direction = oneOf('asc', 'desc');

/** What the newest Keystone takes in the queries of lists. */
const forms: Readonly<Partial<Record<EntityKind, QueryForm>>> = {
  domain: { fields: { name: shortName, enabled: flag } },
  project: {
    fields: { name: shortName, enabled: flag, is_domain: flag, domain_id: idText, parent_id: idText },
  },
  user: { fields: { name: nameField, enabled: flag, domain_id: idText, sort_dir: direction } },
  group: { fields: { name: nameField, domain_id: idText, sort_dir: direction } },
  role: { fields: { name: nameField, domain_id: idText } },
  region: { fields: { parent_region_id: regionId }, closed: true },
  endpoint: { fields: { interface: oneOf('admin', 'internal', 'public') } },
  'endpoint-group': { fields: { name: nameField }, closed: true },
  'registered-limit': { fields: { service_id: idText, region_id: regionId, resource_name: nameField } },
  limit: {
    fields: {
      service_id: idText,
      region_id: regionId,
      resource_name: nameField,
      project_id: idText,
      domain_id: idText,
    },
  },
};

/** @throws HttpFault invalid-request */
export function requireValidQuery(req: Request, kind: EntityKind): void {
  const form = forms[kind];
  if (!form) return;
  for (const { name, value } of req.target.query) {
    const type = Object.hasOwn(form.fields, name) ? form.fields[name] : undefined;
    if (!type && form.closed) throw invalidBody('Additional properties are not allowed in the query');
    if (type && !type.holds(value))
      throw invalidBody(`Invalid input for field/attribute ${name}: ${type.name}`);
  }
}
