import { type Choice, type Group, isOnce, isPositive } from './tag-choices';
import type { Asked } from './image-clauses';
import type { Order } from './image-order';
import { allOf, type Clause, joined, raw, spliced } from './sql-clause';
import { tagClause } from './tag-clause';
import { met, type Walk, walkedOf, type Wanted } from './walk';

/** Where the images of one project are found by the tags that lead. */
export interface TagLead {
  readonly project: Clause;
  readonly lead: Group;
  /** Of which the lead is one. */
  readonly groups: readonly Group[];
  readonly asked: Asked;
}

/**
 * The groups' choices as a table `w`. The sub-selects hide from the planner how many there are: a plan for all values is then
 * expected to cost what one for these does.
 */
export function choicesTable(groups: readonly Group[]): Clause {
  const all = groups.flatMap((group, place) => group.map((choice) => ({ ...choice, place })));
  const column = (name: keyof Choice): (string | null)[] => all.map((one) => one[name]);
  return spliced`unnest((select ${all.map(({ place }) => place)}::int[]), (select ${column('key')}::text[]),
    (select ${column('value')}::text[]), (select ${column('name')}::text[])) as w (place, key, value, name)`;
}

/**
 * By age, each choice having a value: the index of tags has the images of each choice by age, and each is a part of the walk. An
 * image that has several of the tags comes once from each.
 */
export function agedTagWalk(from: TagLead, wanted: Wanted): Walk {
  const { order, bound, most } = wanted;
  const [only] = from.lead;
  const ends = raw(String(bound));
  const direction = order.isFirstDescending ? 'desc' : 'asc';
  const byAge = raw(`t.image_created_at ${direction}, t.image_id ${direction}`);
  const aged = allOf([ofChoices(from), raw('t.image_created_at is not null'), ...order.behind.map(onTags)]);
  const tags = spliced`(select t.image_id, t.image_created_at from image_tags t where ${aged}
    order by ${byAge} limit ${ends}) t`;
  const beyond = spliced`select 1 from image_tags t where ${aged} offset ${ends} limit 1`;
  const columns = walkedOf(order);
  if (only !== undefined && from.lead.length === 1 && isOnce(only)) {
    return {
      page: spliced`(select ${columns}, 0 as part from ${tags} ${imagesOf(from, order)} order by ${byAge} limit ${raw(String(most))})`,
      cut: (own) => spliced`case when (select count(*) from ${own} own) < ${raw(String(most))}
        then exists (${beyond}) else false end`,
    };
  }
  const choices = choicesTable(from.lead.map((choice) => [choice]));
  return {
    // `key` and `key=` are the same pair, and an image can have both.
    page: spliced`(select ${columns}, w.place as part from ${choices} cross join lateral (
        select ${columns} from ${tags} ${imagesOf(from, order)} order by ${byAge} limit ${raw(String(2 * most))}
      ) i)`,
    cut: (own) => spliced`exists (
      select 1 from ${choices} left join (
        select own.part, count(distinct own.id) as images from ${own} own group by own.part
      ) found on found.part = w.place
      cross join lateral (${beyond}) t where coalesce(found.images, 0) < ${raw(String(most))})`,
    repeats: true,
  };
}

/** So many rows of two indexes take less time than one image that is looked up. */
const rowsPerImage = 10;

/**
 * By age, images that have two tags, each of which one index has in this order: in both together, what an image has comes side by
 * side. A window is never hashed, so that reading ends with the page.
 */
export function mergedTagWalk(from: TagLead, other: TagLead, wanted: Wanted): Walk {
  const { order, bound, most } = wanted;
  const direction = order.isFirstDescending ? 'desc' : 'asc';
  const [byAge, ends] = [
    raw(`t.image_created_at ${direction}, t.image_id ${direction}`),
    raw(String(rowsPerImage * bound)),
  ];
  const rows = [from, other].map((one) => {
    const aged = allOf([ofChoices(one), raw('t.image_created_at is not null'), ...order.behind.map(onTags)]);
    return spliced`(select t.image_id, t.image_created_at from image_tags t where ${aged} order by ${byAge} limit ${ends})`;
  });
  const [images, first] = [raw(String(bound)), spliced`${rows[0] ?? raw('')} t`];
  const both = spliced`(${joined(rows, ' union all ', '')}) t`;
  const paired = spliced`select t.image_id, t.image_created_at from (
      select t.image_id, t.image_created_at, lag(t.image_id) over (order by ${byAge}) as before from ${both}
      order by ${byAge} limit ${ends}
    ) t where t.before = t.image_id`;
  const columns = walkedOf(order);
  return {
    page: spliced`(select ${columns}, 0 as part from (${paired} order by ${byAge} limit ${images}) t
      ${imagesOf(from, order)} order by ${byAge} limit ${raw(String(most))})`,
    cut: (own) => spliced`case when (select count(*) from ${own} own) >= ${raw(String(most))} then false
      when exists (select 1 from ${both} offset ${ends} limit 1) then true
      when exists (select 1 from ${first} offset ${images} limit 1) then exists (${paired} offset ${images} limit 1)
      else false end`,
    // Rows without the image's moment are found beside it, by either tag.
    repeats: true,
  };
}

/**
 * Rows that an older build wrote lack the image's moment, until a gateway starts the next time; they are all read and sorted beside
 * the others.
 */
export function unagedTagWalk(from: TagLead, { order, most }: Wanted): Walk {
  const choices =
    from.lead.length === 1 && from.lead.every(isOnce) ? raw('(select 1) w') : choicesTable([from.lead]);
  const page = spliced`(select ${walkedOf(order)}, 0 as part from (
      select t.image_id from ${choices} cross join lateral (
        select t.image_id from image_tags t where ${ofChoices(from)} and t.image_created_at is null offset 0
      ) t
    ) t ${imagesOf(from, order)} and ${allOf(order.behind)} order by ${raw(order.text)} limit ${raw(String(most))})`;
  return { page, cut: null };
}

/** All images of the tags that lead, each once, sorted. */
export function tagSetWalk(from: TagLead, { order, most, bound }: Wanted): Walk {
  return {
    page: spliced`(select ${walkedOf(order)}, 0 as part from (${tagSet(from, bound)}) t
      ${imagesOf(from, order)} and ${allOf(order.behind)} order by ${raw(order.text)} limit ${raw(String(most))})`,
    cut: () => spliced`exists (${tagsOf(from)} offset ${raw(String(bound))} limit 1)`,
  };
}

/** The ids of the lead's images, each once. */
export function tagSet(from: TagLead, bound: number): Clause {
  return spliced`select distinct t.image_id from (${tagsOf(from)} limit ${raw(String(bound))}) t`;
}

/** An image that has several of the tags comes several times. */
export function tagsOf({ project, lead }: TagLead): Clause {
  const of = spliced`select t.image_id from image_tags t where t.project_id = ${project} and t.key = w.key`;
  const named = lead.every(({ name }) => name === null)
    ? raw('true')
    : raw('t.name = coalesce(w.name, t.name)');
  return spliced`select t.image_id from ${choicesTable([lead])} cross join lateral (
      ${of} and t.value = w.value and ${named}
      union all ${of} and w.value is null
    ) t`;
}

/** The images of the tags `t` that meet all the rest. Ends in a condition. */
export function imagesOf({ project, lead, groups, asked }: TagLead, order: Order | null): Clause {
  const isMet = groups.length === 1 && asked.tags.every(isPositive) && lead.length > 0;
  const tagged = isMet ? [] : [tagClause(asked.tags, { project, image: 't.image_id' })];
  return spliced`cross join lateral (
      select ${order === null ? raw('1') : walkedOf(order)} from images i
      where i.project_id = ${project} and i.id = t.image_id and ${met(asked.fields)} offset 0
    ) i where ${met(tagged)}`;
}

/** What `image_tags t` must be: the one choice, or that of the table `w`. */
function ofChoices({ project, lead }: TagLead): Clause {
  const [only] = lead;
  if (only === undefined || lead.length > 1 || !isOnce(only)) {
    return spliced`t.project_id = ${project} and t.key = w.key and t.value = w.value and t.name = coalesce(w.name, t.name)`;
  }
  const { key, value, name } = only;
  const pair = spliced`t.project_id = ${project} and t.key = (select ${key}::text) and t.value = (select ${value}::text)`;
  // A value that is not empty says the text.
  return value === '' ? spliced`${pair} and t.name = (select ${name}::text)` : pair;
}

/** A condition on the age of `images i`, on the copy beside the tags. */
function onTags({ text, bindings }: Clause): Clause {
  return { text: text.replace('(i.created_at, i.id)', '(t.image_created_at, t.image_id)'), bindings };
}
