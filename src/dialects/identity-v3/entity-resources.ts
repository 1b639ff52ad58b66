import type { Attributes, DirectoryEntity, EntityKind } from '../../identity/entity-ports';
import {
  urlField,
  type BodyForm,
  booleanField,
  idOrNullField,
  idField,
  objectField,
  nameField,
  oneOfField,
  optionsField,
  nullableField,
  regionIdField,
  shortNameField,
  shortTextField,
  requiredTextField,
  tagListField,
  textField,
  textOrNullField,
} from './bodies';

/** How a kind of entity looks on the wire. */
export interface EntityResource {
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
  /** `extra` in the answer to a change. */
  readonly extras?: (entity: DirectoryEntity) => Attributes;
}

const nullableShortText = nullableField(shortTextField);
const named = { name: nameField, description: textOrNullField };

export const showAllAttributes = (entity: DirectoryEntity): Attributes => entity;

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

/** What Keystone shows a second time in the answer to a change: all that has no column of its own there. */
function extras(entity: DirectoryEntity, columns: readonly string[]): Attributes {
  return Object.fromEntries(
    Object.entries(entity).filter(
      ([name, value]) => !columns.includes(name) && (name !== 'description' || value !== null),
    ),
  );
}

const common = ['id', 'name', 'domain_id', 'enabled', 'options'];
const projectColumns = [...common, 'parent_id', 'ancestors', 'description', 'tags'];
const userColumns = [...common, 'default_project_id'];

const immutability = optionsField('immutable');
const userOptions = optionsField(
  'ignore_change_password_upon_first_use',
  'ignore_password_expiry',
  'ignore_lockout_failure_attempts',
  'ignore_user_inactivity',
  'lock_password',
  'multi_factor_auth_rules',
  'multi_factor_auth_enabled',
);

export const entityResources = {
  domain: {
    kind: 'domain',
    singular: 'domain',
    plural: 'domains',
    path: '/v3/domains',
    title: 'Domain',
    form: {
      fields: {
        name: shortNameField,
        description: nullableShortText,
        enabled: booleanField,
        tags: tagListField,
        options: immutability,
      },
      required: ['name'],
    },
    filters: ['name', 'enabled'],
    shown: showAllAttributes,
  },
  project: {
    kind: 'project',
    singular: 'project',
    plural: 'projects',
    path: '/v3/projects',
    title: 'Project',
    form: {
      fields: {
        name: shortNameField,
        description: textOrNullField,
        enabled: booleanField,
        is_domain: booleanField,
        domain_id: idOrNullField,
        parent_id: idOrNullField,
        tags: tagListField,
        options: immutability,
      },
      required: ['name'],
      mayBeEmpty: true,
    },
    filters: ['domain_id', 'enabled', 'name', 'parent_id', 'is_domain'],
    shown: project,
    extras: (entity) => extras(entity, projectColumns),
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
        password: textOrNullField,
        enabled: booleanField,
        domain_id: idField,
        default_project_id: textOrNullField,
        description: textOrNullField,
        options: userOptions,
      },
      required: ['name'],
    },
    filters: ['domain_id', 'enabled', 'name'],
    shown: (entity) => ({
      ...withoutNull(entity, 'description', 'default_project_id'),
      password_expires_at: null,
    }),
    extras: (entity) => extras(entity, userColumns),
  },
  group: {
    kind: 'group',
    singular: 'group',
    plural: 'groups',
    path: '/v3/groups',
    title: 'Group',
    form: {
      fields: { ...named, domain_id: idField },
      required: ['name'],
    },
    filters: ['domain_id', 'name'],
    shown: showAllAttributes,
  },
  role: {
    kind: 'role',
    singular: 'role',
    plural: 'roles',
    path: '/v3/roles',
    title: 'Role',
    form: {
      fields: { ...named, domain_id: idOrNullField, options: immutability },
      required: ['name'],
    },
    filters: ['name', 'domain_id'],
    shown: showAllAttributes,
  },
  region: {
    kind: 'region',
    singular: 'region',
    plural: 'regions',
    path: '/v3/regions',
    title: 'Region',
    form: {
      fields: { id: nullableShortText, description: nullableShortText, parent_region_id: regionIdField },
    },
    filters: ['parent_region_id'],
    shown: showAllAttributes,
  },
  service: {
    kind: 'service',
    singular: 'service',
    plural: 'services',
    path: '/v3/services',
    title: 'Service',
    form: {
      fields: {
        type: requiredTextField,
        name: requiredTextField,
        description: textOrNullField,
        enabled: booleanField,
      },
      required: ['type'],
    },
    filters: ['type', 'name'],
    shown: (entity) => ({ ...withoutNull(entity, 'description'), name: entity['name'] ?? '' }),
  },
  endpoint: {
    kind: 'endpoint',
    singular: 'endpoint',
    plural: 'endpoints',
    path: '/v3/endpoints',
    title: 'Endpoint',
    form: {
      fields: {
        interface: oneOfField('admin', 'internal', 'public'),
        region_id: textOrNullField,
        region: textOrNullField,
        service_id: textField,
        url: urlField,
        enabled: booleanField,
        name: textField,
        description: textOrNullField,
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
    form: { fields: { type: shortTextField, blob: textField }, required: ['blob', 'type'] },
    filters: ['type'],
    shown: showAllAttributes,
  },
  endpointGroup: {
    kind: 'endpoint-group',
    singular: 'endpoint_group',
    plural: 'endpoint_groups',
    path: '/v3/OS-EP-FILTER/endpoint_groups',
    title: 'EndpointGroup',
    form: {
      fields: { ...named, filters: objectField },
      required: ['name', 'filters'],
      closed: true,
    },
    filters: ['name'],
    shown: showAllAttributes,
  },
} as const satisfies Readonly<Record<string, EntityResource>>;
