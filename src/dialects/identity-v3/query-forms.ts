import type { Request } from 'express';
import type { EntityKind } from '../../identity/entity-ports';
import {
  type FieldType,
  idField,
  invalidBody,
  nameField,
  oneOfField,
  regionIdField,
  shortNameField,
} from './bodies';

interface QueryForm {
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Nothing but these. */
  readonly closed?: true;
}

const words = ['True', 'TRUE', 'true', 'False', 'FALSE', 'false', '', '1', '0'];
const flag = oneOfField(...words, 'y', 'Y', 'n', 'N', 'on', 'ON', 'off', 'OFF', 'yes', 'no');
const direction = oneOfField('asc', 'desc');

/** What the newest Keystone takes in the queries of lists. */
const forms: Readonly<Partial<Record<EntityKind, QueryForm>>> = {
  domain: { fields: { name: shortNameField, enabled: flag } },
  project: {
    fields: { name: shortNameField, enabled: flag, is_domain: flag, domain_id: idField, parent_id: idField },
  },
  user: { fields: { name: nameField, enabled: flag, domain_id: idField, sort_dir: direction } },
  group: { fields: { name: nameField, domain_id: idField, sort_dir: direction } },
  role: { fields: { name: nameField, domain_id: idField } },
  region: { fields: { parent_region_id: regionIdField }, closed: true },
  endpoint: { fields: { interface: oneOfField('admin', 'internal', 'public') } },
  'endpoint-group': { fields: { name: nameField }, closed: true },
  'registered-limit': { fields: { service_id: idField, region_id: regionIdField, resource_name: nameField } },
  limit: {
    fields: {
      service_id: idField,
      region_id: regionIdField,
      resource_name: nameField,
      project_id: idField,
      domain_id: idField,
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
