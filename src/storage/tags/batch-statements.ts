import type { Statement } from '../database/database';

/*
 * The single changes of tag-statements.ts, for many images in one statement: same shape, same guard by the
 * image's revision. No image is in one batch twice. An image that somebody else holds is passed over, as if it had been
 * changed meanwhile: a batch waits for nobody, so one row's lock delays one change, and no two batches can wait for
 * each other in a circle.
 */

type Column = readonly [name: string, type: string];

const asked = (columns: readonly Column[], as = 'asked'): string => {
  const arrays = columns.map(([, type], index) => `$${String(index + 1)}::${type}[]`).join(', ');
  const names = columns.map(([name]) => name).join(', ');
  return `${as} as (select * from unnest(${arrays}) with ordinality as a (${names}, place))`;
};

/**
 * As `asked`, for changes that bring lists of texts. Arrays of unlike lengths cannot be in one array, so the lists of
 * all changes follow each other in one, and each change has the places of its first and its last text in it.
 */
const askedWithLists = (columns: readonly Column[], lists: readonly string[]): string => {
  const all: readonly Column[] = [...columns, ['first', 'int'], ['last', 'int']];
  const slices = lists.map(
    (name, index) => `($${String(all.length + index + 1)}::text[])[sent.first:sent.last] as ${name}`,
  );
  return `${asked(all, 'sent')},
  asked as (select sent.*, ${slices.join(', ')} from sent)`;
};

const locked = `locked as (
    select i.project_id, i.id from images i
    where (i.project_id, i.id) in (select project_id, image_id from asked)
    order by i.project_id, i.id for no key update skip locked
  )`;

const seenOf = (facts: string): string => `seen as (
    select a.*, i.tag_revision, ${facts}
    from asked a join images i on i.project_id = a.project_id and i.id = a.image_id
  )`;

const imgIf = (allowed: string): string => `img as (
    update images i set updated_at = greatest(i.updated_at, seen.at), tag_revision = i.tag_revision + 1
    from seen join locked on locked.project_id = seen.project_id and locked.id = seen.image_id
    where i.project_id = seen.project_id and i.id = seen.image_id
      and i.tag_revision = seen.tag_revision and (${allowed})
    returning seen.place
  )`;

const tagsOfImage = 'from image_tags t where t.project_id = a.project_id and t.image_id = a.image_id';

const report = (allowed: string, attempted: string): string =>
  `select seen.place::int as place, ${allowed} as allowed, ${attempted} as attempted, img.place is not null as done
  from seen left join img on img.place = seen.place`;

const target = [
  ['project_id', 'text'],
  ['image_id', 'text'],
  ['at', 'timestamptz'],
] as const;

export const addTags: Statement = {
  name: 'add-tags',
  text: `with ${asked([...target, ['name', 'text'], ['key', 'text'], ['value', 'text'], ['most', 'int']])},
  ${locked},
  ${seenOf(`(select count(*) ${tagsOfImage}) as tags, exists (select 1 ${tagsOfImage} and t.name = a.name) as there`)},
  ${imgIf('seen.there or seen.tags < seen.most')},
  put as (
    insert into image_tags (project_id, image_id, name, key, value)
    select seen.project_id, seen.image_id, seen.name, seen.key, seen.value
    from seen join img on img.place = seen.place where not seen.there
    on conflict (project_id, image_id, name) do nothing
  )
  ${report('(seen.there or seen.tags < seen.most)', 'seen.tags + 1')}`,
};

const fitting = 'seen.after <= seen.tags or seen.after <= seen.most';

export const setTags: Statement = {
  name: 'set-tags-of-images',
  text: `with ${askedWithLists([...target, ['most', 'int']], ['names', 'keys', 'contents'])},
  ${locked},
  ${seenOf(`(select count(*) ${tagsOfImage}) as tags,
      (select count(*) ${tagsOfImage} and not t.key = any(a.keys)) + cardinality(a.keys) as after`)},
  ${imgIf(fitting)},
  gone as (
    delete from image_tags t using seen join img on img.place = seen.place
    where t.project_id = seen.project_id and t.image_id = seen.image_id
      and t.key = any(seen.keys) and not t.name = any(seen.names)
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value)
    select seen.project_id, seen.image_id, w.name, w.key, w.value
    from seen join img on img.place = seen.place,
      unnest(seen.names, seen.keys, seen.contents) as w (name, key, value)
    on conflict (project_id, image_id, name) do nothing
  )
  ${report(`(${fitting})`, 'seen.after')}`,
};

const namedBy = (change: string): string =>
  `exists (select 1 from unnest(${change}.keys, ${change}.contents) as w (key, value)
        where w.key = t.key and (w.value is null or w.value = t.value))`;

/** A key without a value goes whatever its value. */
export const removePairs: Statement = {
  name: 'remove-pairs-of-images',
  text: `with ${askedWithLists(target, ['keys', 'contents'])},
  ${locked},
  ${seenOf(`exists (select 1 ${tagsOfImage} and ${namedBy('a')}) as there`)},
  ${imgIf('seen.there')},
  gone as (
    delete from image_tags t using seen join img on img.place = seen.place
    where t.project_id = seen.project_id and t.image_id = seen.image_id and ${namedBy('seen')}
  )
  ${report('seen.there', '0')}`,
};

const removal = (name: string, column: 'name' | 'key'): Statement => ({
  name,
  text: `with ${asked([...target, [column, 'text']])},
  ${locked},
  ${seenOf(`exists (select 1 ${tagsOfImage} and t.${column} = a.${column}) as there`)},
  ${imgIf('seen.there')},
  gone as (
    delete from image_tags t using seen join img on img.place = seen.place
    where t.project_id = seen.project_id and t.image_id = seen.image_id and t.${column} = seen.${column}
  )
  ${report('seen.there', '0')}`,
});

export const removeTags = removal('remove-tags', 'name');
export const removeKeys = removal('remove-keys', 'key');
