import type { Statement } from '../database/database';

const namespaceColumns = `id, name, display_name, description, visibility, protected, owner, created_at, updated_at`;

/** $1 owner, null for all */
export const listNamespaces: Statement = {
  text: `select ${namespaceColumns} from metadef_namespaces
    where $1::text is null or owner = $1 or visibility = 'public'`,
  reads: true,
};

/** $1 name */
export const findNamespace: Statement = {
  text: `select ${namespaceColumns} from metadef_namespaces where name = $1`,
  reads: true,
};

/** $1 to $7 all but the moments, $8 moment, $9 limit */
export const insertNamespace: Statement = {
  text: `insert into metadef_namespaces (${namespaceColumns})
    select $1, $2, $3, $4, $5, $6::boolean, $7, $8::timestamptz, $8
    where (select count(*) from metadef_namespaces) < $9
    on conflict (name) do nothing returning id`,
};

/** $1 id, $2 to $7 all but the moments, $8 moment */
export const updateNamespace: Statement = {
  text: `update metadef_namespaces set name = $2, display_name = $3, description = $4, visibility = $5,
    protected = $6, owner = $7, updated_at = $8 where id = $1 returning id`,
};

/** $1 id */
export const deleteNamespace: Statement = {
  text: 'delete from metadef_namespaces where id = $1 returning id',
};

/** $1 id. Writers of one namespace wait for each other, so that its limits are exact. */
export const lockNamespace: Statement = {
  text: 'select id from metadef_namespaces where id = $1 for update',
};

const itemColumns = 'namespace_id, kind, name, position, content, created_at, updated_at';

/** $1 namespace, $2 kind, null for all. Objects and properties by name: so an index of Glance has them. */
export const listItems: Statement = {
  text: `select ${itemColumns} from metadef_items
    where namespace_id = $1 and ($2::text is null or kind = $2)
    order by case when kind in ('object', 'property') then name else '' end, position, name`,
  reads: true,
};

/** $1 namespaces */
export const listAssociations: Statement = {
  text: `select ${itemColumns} from metadef_items
    where namespace_id = any($1::text[]) and kind = 'resource-type' order by position, name`,
  reads: true,
};

/** $1 namespace, $2 kind, $3 name */
export const findItem: Statement = {
  text: `select ${itemColumns} from metadef_items where namespace_id = $1 and kind = $2 and name = $3`,
  reads: true,
};

/** $1 namespace, $2 kind, $3 names, $4 contents, $5 moment */
export const insertItems: Statement = {
  text: `insert into metadef_items (${itemColumns})
    select $1, $2, d.name, d.place + (select coalesce(max(position), 0) from metadef_items where namespace_id = $1),
      d.content, $5::timestamptz, $5
    from unnest($3::text[], $4::text[]) with ordinality as d (name, content, place)
    on conflict (namespace_id, kind, name) do nothing returning name`,
};

/** $1 namespace, $2 kind */
export const measureItems: Statement = {
  text: `select count(*) filter (where kind = $2) as items, coalesce(sum(octet_length(content)), 0)::bigint as bytes
    from metadef_items where namespace_id = $1`,
};

/** $1 namespace, $2 kind, $3 name, $4 new name, $5 content, $6 moment */
export const updateItem: Statement = {
  text: `update metadef_items set name = $4, content = $5, updated_at = $6
    where namespace_id = $1 and kind = $2 and name = $3 returning name`,
};

/** $1 namespace, $2 kind, $3 name */
export const deleteItem: Statement = {
  text: 'delete from metadef_items where namespace_id = $1 and kind = $2 and name = $3 returning name',
};

/** $1 namespace, $2 kind */
export const deleteItems: Statement = {
  text: 'delete from metadef_items where namespace_id = $1 and kind = $2',
};

/** $1 names, $2 their moments */
export const insertResourceTypes: Statement = {
  text: `insert into metadef_resource_types (name, created_at, updated_at)
    select name, at, at from unnest($1::text[], $2::timestamptz[]) as t (name, at) on conflict (name) do nothing`,
};

export const countResourceTypes: Statement = {
  text: 'select count(*) as found from metadef_resource_types',
};

export const listResourceTypes: Statement = {
  text: 'select name, created_at, updated_at from metadef_resource_types order by created_at, name',
  reads: true,
};

/** $1 name */
export const findResourceType: Statement = {
  text: 'select name from metadef_resource_types where name = $1',
  reads: true,
};
