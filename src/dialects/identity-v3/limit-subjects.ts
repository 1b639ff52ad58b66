import { idOrNull, idText, integerField, nameField, orNull, regionId, shortText } from './bodies';
import { type EntityResource, allAttributes } from './subjects';

const limitFields = {
  service_id: idText,
  region_id: regionId,
  resource_name: nameField,
  description: orNull(shortText),
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
    shown: allAttributes,
  },
  limit: {
    kind: 'limit',
    singular: 'limit',
    plural: 'limits',
    path: '/v3/limits',
    title: 'Limit',
    form: {
      fields: { ...limitFields, project_id: idOrNull, domain_id: idOrNull, resource_limit: integerField },
      required: ['service_id', 'resource_name', 'resource_limit'],
      closed: true,
    },
    changeForm: {
      fields: { resource_limit: integerField, description: orNull(shortText) },
      closed: true,
      mayBeEmpty: true,
    },
    filters: ['service_id', 'region_id', 'resource_name', 'project_id', 'domain_id'],
    shown: allAttributes,
  },
} as const satisfies Readonly<Record<string, EntityResource>>;
