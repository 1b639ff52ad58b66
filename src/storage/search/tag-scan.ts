import { type TagChoice, type TagGroup, isOneTagOfAnImage, isExpressedByGroups } from './tag-choices';
import type { SplitConditions } from './image-clauses';
import type { ImageOrder } from './image-order';
import { andClauses, type SqlClause, joinClauses, rawClause, sql } from './sql-clause';
import { tagClause } from './tag-clause';
import {
  conditionsAsCase,
  type BoundedScan,
  imageScanColumns,
  scanColumns,
  type ScanGoal,
} from './bounded-scan';

/** Where the images of one project are found by the tags that lead. */
export interface LeadingTags {
  readonly project: SqlClause;
  readonly lead: TagGroup;
  /** Of which the lead is one. */
  readonly groups: readonly TagGroup[];
  readonly asked: SplitConditions;
}

/**
 * The groups' choices as a table `w`. The sub-selects hide from the planner how many there are: a plan for all values is then
 * expected to cost what one for these does.
 */
export function choicesTable(groups: readonly TagGroup[]): SqlClause {
  const all = groups.flatMap((group, place) => group.map((choice) => ({ ...choice, place })));
  const column = (name: keyof TagChoice): (string | null)[] => all.map((one) => one[name]);
  return sql`unnest((select ${all.map(({ place }) => place)}::int[]), (select ${column('key')}::text[]),
    (select ${column('value')}::text[]), (select ${column('name')}::text[])) as w (place, key, value, name)`;
}

/**
 * By age, each choice having a value: the index of tags has the images of each choice by age, and each is a part of the scan. An
 * image that has several of the tags comes once from each.
 */
export function tagScanByAge(from: LeadingTags, wanted: ScanGoal): BoundedScan {
  const { order, bound, most } = wanted;
  const [only] = from.lead;
  const ends = rawClause(String(bound));
  const direction = order.isFirstDescending ? 'desc' : 'asc';
  const byAge = rawClause(`t.image_created_at ${direction}, t.image_id ${direction}`);
  const aged = andClauses([
    ofChoices(from),
    rawClause('t.image_created_at is not null'),
    ...order.behind.map(onTags),
  ]);
  const tags = sql`(select t.image_id, t.image_created_at from image_tags t where ${aged}
    order by ${byAge} limit ${ends}) t`;
  const beyond = sql`select 1 from image_tags t where ${aged} offset ${ends} limit 1`;
  const columns = scanColumns(order);
  if (only !== undefined && from.lead.length === 1 && isOneTagOfAnImage(only)) {
    return {
      page: sql`(select ${columns}, 0 as part from ${tags} ${imagesOfLeadingTags(from, order)} order by ${byAge} limit ${rawClause(String(most))})`,
      cut: (own) => sql`case when (select count(*) from ${own} own) < ${rawClause(String(most))}
        then exists (${beyond}) else false end`,
    };
  }
  const choices = choicesTable(from.lead.map((choice) => [choice]));
  return {
    // `key` and `key=` are the same pair, and an image can have both.
    page: sql`(select ${columns}, w.place as part from ${choices} cross join lateral (
        select ${columns} from ${tags} ${imagesOfLeadingTags(from, order)} order by ${byAge} limit ${rawClause(String(2 * most))}
      ) i)`,
    cut: (own) => sql`exists (
      select 1 from ${choices} left join (
        select own.part, count(distinct own.id) as images from ${own} own group by own.part
      ) found on found.part = w.place
      cross join lateral (${beyond}) t where coalesce(found.images, 0) < ${rawClause(String(most))})`,
    repeats: true,
  };
}

/** So many rows of two indexes take less time than one image that is looked up. */
const rowsPerImage = 10;

/**
 * By age, images that have two tags, each of which one index has in this order: in both together, what an image has comes side by
 * side. A window is never hashed, so that reading ends with the page.
 */
export function mergedTagScan(from: LeadingTags, other: LeadingTags, wanted: ScanGoal): BoundedScan {
  const { order, bound, most } = wanted;
  const direction = order.isFirstDescending ? 'desc' : 'asc';
  const [byAge, ends] = [
    rawClause(`t.image_created_at ${direction}, t.image_id ${direction}`),
    rawClause(String(rowsPerImage * bound)),
  ];
  const rows = [from, other].map((one) => {
    const aged = andClauses([
      ofChoices(one),
      rawClause('t.image_created_at is not null'),
      ...order.behind.map(onTags),
    ]);
    return sql`(select t.image_id, t.image_created_at from image_tags t where ${aged} order by ${byAge} limit ${ends})`;
  });
  const [images, first] = [rawClause(String(bound)), sql`${rows[0] ?? rawClause('')} t`];
  const both = sql`(${joinClauses(rows, ' union all ', '')}) t`;
  const paired = sql`select t.image_id, t.image_created_at from (
      select t.image_id, t.image_created_at, lag(t.image_id) over (order by ${byAge}) as before from ${both}
      order by ${byAge} limit ${ends}
    ) t where t.before = t.image_id`;
  const columns = scanColumns(order);
  return {
    page: sql`(select ${columns}, 0 as part from (${paired} order by ${byAge} limit ${images}) t
      ${imagesOfLeadingTags(from, order)} order by ${byAge} limit ${rawClause(String(most))})`,
    cut: (own) => sql`case when (select count(*) from ${own} own) >= ${rawClause(String(most))} then false
      when exists (select 1 from ${both} offset ${ends} limit 1) then true
      when exists (select 1 from ${first} offset ${images} limit 1) then exists (${paired} offset ${images} limit 1)
      else false end`,
    // Rows without the image's moment are found beside it, by either tag.
    repeats: true,
  };
}

/**
 * Rows that an older build wrote lack the image's moment, until a gateway starts the next time; they are all read and sorted beside
 * the others. Each image is there once: the limit counts rows, and would end with images that have several of the tags.
 */
export function scanOfUndatedTags(from: LeadingTags, { order, most }: ScanGoal): BoundedScan {
  const unaged = sql`select t.image_id from image_tags t where ${ofChoices(from)} and t.image_created_at is null offset 0`;
  const isOne = from.lead.length === 1 && from.lead.every(isOneTagOfAnImage);
  const images = isOne
    ? unaged
    : sql`select distinct t.image_id from ${choicesTable([from.lead])} cross join lateral (${unaged}) t`;
  const page = sql`(select ${scanColumns(order)}, 0 as part from (${images}) t
      ${imagesOfLeadingTags(from, order)} and ${andClauses(order.behind)} order by ${rawClause(order.text)} limit ${rawClause(String(most))})`;
  return { page, cut: null };
}

/** All images of the tags that lead, each once, sorted. */
export function tagSetScan(from: LeadingTags, { order, most, bound }: ScanGoal): BoundedScan {
  return {
    page: sql`(select ${scanColumns(order)}, 0 as part from (${imagesOfTagSet(from, bound)}) t
      ${imagesOfLeadingTags(from, order)} and ${andClauses(order.behind)} order by ${rawClause(order.text)} limit ${rawClause(String(most))})`,
    cut: () => sql`exists (${leadTagRows(from)} offset ${rawClause(String(bound))} limit 1)`,
  };
}

/** The ids of the lead's images, each once. */
export function imagesOfTagSet(from: LeadingTags, bound: number): SqlClause {
  return sql`select distinct t.image_id from (${leadTagRows(from)} limit ${rawClause(String(bound))}) t`;
}

/** An image that has several of the tags comes several times. */
export function leadTagRows({ project, lead }: LeadingTags): SqlClause {
  const of = sql`select t.image_id from image_tags t where t.project_id = ${project} and t.key = w.key`;
  const named = lead.every(({ name }) => name === null)
    ? rawClause('true')
    : rawClause('t.name = coalesce(w.name, t.name)');
  return sql`select t.image_id from ${choicesTable([lead])} cross join lateral (
      ${of} and t.value = w.value and ${named}
      union all ${of} and w.value is null
    ) t`;
}

/** The images of the tags `t` that meet all the rest. Ends in a condition. */
export function imagesOfLeadingTags(
  { project, lead, groups, asked }: LeadingTags,
  order: ImageOrder | null,
): SqlClause {
  const isMet = groups.length === 1 && asked.tags.every(isExpressedByGroups) && lead.length > 0;
  const tagged = isMet ? [] : [tagClause(asked.tags, { project, image: 't.image_id' })];
  return sql`cross join lateral (
      select ${order === null ? rawClause('1') : imageScanColumns(order)} from images i
      where i.project_id = ${project} and i.id = t.image_id and ${conditionsAsCase(asked.fields)} offset 0
    ) i where ${conditionsAsCase(tagged)}`;
}

/** What `image_tags t` must be: the one choice, or that of the table `w`. */
function ofChoices({ project, lead }: LeadingTags): SqlClause {
  const [only] = lead;
  if (only === undefined || lead.length > 1 || !isOneTagOfAnImage(only)) {
    return sql`t.project_id = ${project} and t.key = w.key and t.value = w.value and t.name = coalesce(w.name, t.name)`;
  }
  const { key, value, name } = only;
  const pair = sql`t.project_id = ${project} and t.key = (select ${key}::text) and t.value = (select ${value}::text)`;
  // A value that is not empty says the text.
  return value === '' ? sql`${pair} and t.name = (select ${name}::text)` : pair;
}

/** A condition on the age of `images i`, on the copy beside the tags. */
function onTags({ text, bindings }: SqlClause): SqlClause {
  return { text: text.replace('(i.created_at, i.id)', '(t.image_created_at, t.image_id)'), bindings };
}
