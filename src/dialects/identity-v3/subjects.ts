import type { Attributes, DirectoryEntity, EntityKind } from '../../identity/entity-ports';
import {
  address,
  integerField,
  type BodyForm,
  booleanField,
  idOrNull,
  idText,
  objectField,
  nameField,
  oneOf,
  shortName,
  tagList,
  textField,
  textOrNull,
} from './bodies';

/** How a kind of thing looks on the wire. */
export interface Subject {
  readonly kind: EntityKind;
  readonly singular: string;
  readonly plural: string;
  readonly path: string;
  /** Of the names of its operations. */
  readonly title: string;
  readonly form: BodyForm;
  readonly changeForm?: BodyForm;
  readonly filters: readonly string[];
  readonly shown: (entity: DirectoryEntity) => Attributes;
}

const whole = (entity: DirectoryEntity): Attributes => entity;

/** Drops the named members where they are null. */
function withoutNull(entity: DirectoryEntity, ...names: string[]): Attributes {
  return Object.fromEntries(
    Object.entries(entity).filter(([key, value]) => value !== null || !names.includes(key)),
  );
}

function project(entity: DirectoryEntity): Attributes {
  const shown = Object.fromEntries(Object.entries(entity).filter(([key]) => key !== 'ancestors'));
  return { ...shown, parent_id: shown['parent_id'] ?? shown['domain_id'], is_domain: false };
}

export const subjects = {
  domain: {
    kind: 'domain',
    singular: 'domain',
    plural: 'domains',
    path: '/v3/domains',
    title: 'Domain',
    form: {
      fields: {
        name: shortName,
        description: textOrNull,
        enabled: booleanField,
        tags: tagList,
        options: objectField,
      },
      required: ['name'],
    },
    filters: ['name', 'enabled'],
    shown: whole,
  },
  project: {
    kind: 'project',
    singular: 'project',
    plural: 'projects',
    path: '/v3/projects',
    title: 'Project',
    form: {
      fields: {
        name: shortName,
        description: textOrNull,
        enabled: booleanField,
        is_domain: booleanField,
        domain_id: idOrNull,
        parent_id: idOrNull,
        tags: tagList,
        options: objectField,
      },
      required: ['name'],
    },
    filters: ['domain_id', 'enabled', 'name', 'parent_id', 'is_domain'],
    shown: project,
  },
  user: {
    kind: 'user',
    singular: 'user',
    plural: 'users',
    path: '/v3/users',
    title: 'User',
    form: {
      fields: {
        name: nameField,
        password: textOrNull,
        enabled: booleanField,
        domain_id: idText,
        default_project_id: idOrNull,
        description: textOrNull,
        options: objectField,
      },
      required: ['name'],
    },
    filters: ['domain_id', 'enabled', 'name'],
    shown: (entity) => ({
      ...withoutNull(entity, 'description', 'default_project_id'),
      password_expires_at: null,
    }),
  },
  group: {
    kind: 'group',
    singular: 'group',
    plural: 'groups',
    path: '/v3/groups',
    title: 'Group',
    form: { fields: { name: nameField, description: textOrNull, domain_id: idText }, required: ['name'] },
    filters: ['domain_id', 'name'],
    shown: whole,
  },
  role: {
    kind: 'role',
    singular: 'role',
    plural: 'roles',
    path: '/v3/roles',
    title: 'Role',
    form: {
      fields: { name: nameField, description: textOrNull, domain_id: idOrNull, options: objectField },
      required: ['name'],
    },
    filters: ['name', 'domain_id'],
    shown: whole,
  },
  region: {
    kind: 'region',
    singular: 'region',
    plural: 'regions',
    path: '/v3/regions',
    title: 'Region',
    form: { fields: { id: textField, description: textOrNull, parent_region_id: textOrNull } },
    filters: ['parent_region_id'],
    shown: whole,
  },
  service: {
    kind: 'service',
    singular: 'service',
    plural: 'services',
    path: '/v3/services',
    title: 'Service',
    form: {
      fields: { type: nameField, name: textOrNull, description: textOrNull, enabled: booleanField },
      required: ['type'],
    },
    filters: ['type', 'name'],
    shown: (entity) => withoutNull(entity, 'description', 'name'),
  },
  endpoint: {
    kind: 'endpoint',
    singular: 'endpoint',
    plural: 'endpoints',
    path: '/v3/endpoints',
    title: 'Endpoint',
    form: {
      fields: {
        interface: oneOf('admin', 'internal', 'public'),
        region_id: textOrNull,
        region: textOrNull,
        service_id: textField,
        url: address,
        enabled: booleanField,
      },
      required: ['interface', 'service_id', 'url'],
    },
    filters: ['interface', 'service_id', 'region_id'],
    shown: (entity) => ({ ...entity, region: entity['region_id'] }),
  },
  policy: {
    kind: 'policy',
    singular: 'policy',
    plural: 'policies',
    path: '/v3/policies',
    title: 'Policy',
    form: { fields: { type: nameField, blob: textField }, required: ['blob', 'type'] },
    filters: ['type'],
    shown: whole,
  },
  endpointGroup: {
    kind: 'endpoint-group',
    singular: 'endpoint_group',
    plural: 'endpoint_groups',
    path: '/v3/OS-EP-FILTER/endpoint_groups',
    title: 'EndpointGroup',
    form: {
      fields: { name: nameField, description: textOrNull, filters: objectField },
      required: ['name', 'filters'],
    },
    filters: ['name'],
    shown: whole,
  },
} as const satisfies Readonly<Record<string, Subject>>;

const limitFields = {
  service_id: idText,
  region_id: textOrNull,
  resource_name: nameField,
  description: textOrNull,
};

/** Made by the list, in one request. */
export const limitSubjects = {
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
    },
    filters: ['service_id', 'region_id', 'resource_name'],
    shown: whole,
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
    changeForm: { fields: { resource_limit: integerField, description: textOrNull }, closed: true },
    filters: ['service_id', 'region_id', 'resource_name', 'project_id', 'domain_id'],
    shown: whole,
  },
} as const satisfies Readonly<Record<string, Subject>>;
