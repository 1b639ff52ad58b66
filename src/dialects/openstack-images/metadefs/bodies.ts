import { formatWholeSeconds } from '../../../core/clock';
import type {
  MetadefContents,
  MetadefDraft,
  MetadefItem,
  MetadefNamespace,
} from '../../../core/metadefs/metadef';
import type { ListedNamespace } from '../../../core/metadefs/namespace-service';
import { parseOrderedJson } from '../python/json-reader';
import { glanceJson } from '../python/json-text';
import { associationType, objectType, propertyType } from './types';
import { type FieldValues, type FieldTypes, readFieldValues } from './typed-values';

/*
 * The stored content of an item is JSON of its type's members. Answers show those that have a value, and the moments and
 * links that Glance adds.
 */

const root = '/v2/metadefs/namespaces';

export function namespaceHref(name: string): string {
  return `${root}/${name}`;
}

/** The item's name, and as its content the members to store. */
export function metadefDraft(members: FieldValues, kept: readonly string[]): MetadefDraft {
  const content = kept.flatMap((name) => (members.has(name) ? [[name, members.get(name)] as const] : []));
  return { name: String(members.get('name')), content: glanceJson(new Map(content)) };
}

export const storedObjectFields = ['description', 'required', 'properties'];
export const storedAssociationFields = ['prefix', 'properties_target'];
export const storedPropertyFields = Object.keys(propertyType.members).map((name) => name.replace('!', ''));

/**
 * The members that were stored, in the order of their type.
 * @param isNamed whether the name is a member, though it was not stored as one
 */
function storedMembers(type: FieldTypes, item: MetadefDraft, isNamed = true): FieldValues {
  const stored = parseOrderedJson(item.content) as Map<string, unknown>;
  if (isNamed) stored.set('name', item.name);
  return readFieldValues(type, stored, item.name);
}

type Moments = Pick<MetadefItem, 'createdAt' | 'updatedAt'>;

/** What an answer shows of an item. */
export type DatedMetadefDraft = MetadefDraft & Moments;

function momentsOf({ createdAt, updatedAt }: Moments): Record<string, string> {
  return { created_at: formatWholeSeconds(createdAt), updated_at: formatWholeSeconds(updatedAt) };
}

/** Without what has no value. */
function shown(members: Iterable<readonly [string, unknown]>): Map<string, unknown> {
  return new Map([...members].filter(([, value]) => value !== null && value !== undefined));
}

/** @param isEcho as the answer to a change, which shows no list that was not sent */
export function objectBody(
  item: DatedMetadefDraft,
  namespace: string,
  isEcho: boolean,
): Map<string, unknown> {
  const members = storedMembers(objectType, item);
  const required = members.get('required') as readonly string[] | null | undefined;
  const listed = required && required.length > 0 ? required.join(',').split(',') : [];
  return shown([
    ['name', item.name],
    ['required', isEcho ? required : listed],
    ['description', members.get('description')],
    ['properties', members.get('properties') ?? (isEcho ? null : new Map())],
    ...Object.entries(momentsOf(item)),
    ['self', `${namespaceHref(namespace)}/objects/${item.name}`],
    ['schema', '/v2/schemas/metadefs/object'],
  ]);
}

/** @param isNamed a property among others has only the name that was sent with it */
export function propertyBody(item: MetadefDraft, isNamed: boolean): FieldValues {
  return storedMembers(propertyType, item, isNamed);
}

/** Of what has no more than its name. */
export function nameOnlyBody(item: Moments & { readonly name: string }): object {
  return { name: item.name, ...momentsOf(item) };
}

export function associationBody(item: DatedMetadefDraft): Map<string, unknown> {
  const members = storedMembers(associationType, item);
  return shown([...members, ...Object.entries(momentsOf(item))]);
}

export function propertiesBody(items: readonly MetadefItem[]): FieldValues {
  return new Map(items.map((item) => [item.name, propertyBody(item, false)]));
}

/** The members of a namespace itself; `contents` between the moments and the links. */
export function namespaceBody(
  namespace: MetadefNamespace,
  contents: Iterable<readonly [string, unknown]> = [],
): Map<string, unknown> {
  return shown([
    ['namespace', namespace.name],
    ['display_name', namespace.displayName],
    ['description', namespace.description],
    ['visibility', namespace.visibility],
    ['protected', namespace.protected],
    ['owner', namespace.owner],
    ...Object.entries(momentsOf(namespace)),
    ...contents,
    ['self', namespaceHref(namespace.name)],
    ['schema', '/v2/schemas/metadefs/namespace'],
  ]);
}

export function listedNamespaceBody({ namespace, associations }: ListedNamespace): Map<string, unknown> {
  return namespaceBody(namespace, associationsOf(associations));
}

function associationsOf(items: readonly MetadefItem[]): [string, unknown][] {
  return items.length === 0 ? [] : [['resource_type_associations', items.map(associationBody)]];
}

/** @param resourceType by whose prefix properties are shown; null: as they are stored */
export function fullNamespaceBody(
  namespace: MetadefNamespace,
  items: readonly MetadefItem[],
  resourceType: string | null,
): Map<string, unknown> {
  const ofKind = (kind: keyof MetadefContents): readonly MetadefItem[] =>
    items.filter((item) => item.kind === kind);
  const prefix = associationPrefix(ofKind('resource-type').find(({ name }) => name === resourceType));
  const properties = propertiesBody(ofKind('property'));
  const objects = ofKind('object').map((item) =>
    prefixedObject(objectBody(item, namespace.name, false), prefix),
  );
  // The newest first, as in a list of tags.
  const tags = [...ofKind('tag')].reverse().map(({ name }) => ({ name }));
  return namespaceBody(namespace, [
    ...associationsOf(ofKind('resource-type')),
    ...(properties.size > 0 ? [['properties', prefixed(properties, prefix)] as const] : []),
    ...(objects.length > 0 ? [['objects', objects] as const] : []),
    ...(tags.length > 0 ? [['tags', tags] as const] : []),
  ]);
}

/** What names of properties begin with for that kind of resource; empty without one. */
export function associationPrefix(association: MetadefItem | undefined): string {
  const prefix = association && storedMembers(associationType, association).get('prefix');
  return typeof prefix === 'string' ? prefix : '';
}

function prefixed(members: FieldValues, prefix: string): FieldValues {
  return prefix === '' ? members : new Map([...members].map(([name, value]) => [prefix + name, value]));
}

function prefixedObject(body: Map<string, unknown>, prefix: string): Map<string, unknown> {
  if (prefix === '') return body;
  const required = body.get('required') as readonly string[];
  body.set(
    'required',
    required.map((name) => prefix + name),
  );
  return body.set('properties', prefixed(body.get('properties') as FieldValues, prefix));
}
