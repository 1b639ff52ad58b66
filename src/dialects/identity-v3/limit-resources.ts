import {
  idOrNullField,
  idField,
  integerField,
  nameField,
  nullableField,
  regionIdField,
  shortTextField,
} from './bodies';
import { type EntityResource, showAllAttributes } from './entity-resources';

const limitFields = {
  service_id: idField,
  region_id: regionIdField,
  resource_name: nameField,
  description: nullableField(shortTextField),
};

/** Made by the list, in one request. */
export const limitResources = {
  registered: {
    kind: 'registered-limit',
    singular: 'registered_limit',
    plural: 'registered_limits',
    path: '/v3/registered_limits',
    title: 'RegisteredLimit',
    form: {
      fields: { ...limitFields, default_limit: integerField },
      required: ['service_id', 'resource_name', 'default_limit'],
      closed: true,
      mayBeEmpty: true,
    },
    filters: ['service_id', 'region_id', 'resource_name'],
    shown: showAllAttributes,
  },
  limit: {
    kind: 'limit',
    singular: 'limit',
    plural: 'limits',
    path: '/v3/limits',
    title: 'Limit',
    form: {
      fields: {
        ...limitFields,
        project_id: idOrNullField,
        domain_id: idOrNullField,
        resource_limit: integerField,
      },
      required: ['service_id', 'resource_name', 'resource_limit'],
      closed: true,
    },
    changeForm: {
      fields: { resource_limit: integerField, description: nullableField(shortTextField) },
      closed: true,
      mayBeEmpty: true,
    },
    filters: ['service_id', 'region_id', 'resource_name', 'project_id', 'domain_id'],
    shown: showAllAttributes,
  },
} as const satisfies Readonly<Record<string, EntityResource>>;
