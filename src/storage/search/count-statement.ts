import type { TagCondition } from '../../core/tag-condition';
import type { SplitConditions } from './image-clauses';
import { ownConditions } from './own-images';
import { type SqlClause, clauseWithBindings, joinClauses, rawClause, sql } from './sql-clause';
import { type TagGroup, toTagGroups, isOneTagOfAnImage, isExpressedByGroups } from './tag-choices';
import { tagClause } from './tag-clause';
import { imagesOfLeadingTags, imagesOfTagSet, type LeadingTags, leadTagRows } from './tag-scan';
import { conditionsAsCase } from './bounded-scan';

/** The sum of counts. `cut`: one of them had more rows to read than it may. */
export function countStatement(counts: readonly SqlClause[], bound: number): SqlClause {
  const names = counts.map((_, index) => `c${String(index)}`);
  const from = counts.map((count, index) => sql`(${count}) ${rawClause(names[index] ?? '')}`);
  const sum = rawClause(names.map((name) => `${name}.count`).join(' + '));
  const most = rawClause(names.map((name) => `${name}.scanned`).join(', '));
  return sql`select ${sum} as count, greatest(${most}) > ${rawClause(String(bound))} as cut
    from ${joinClauses(from, ' cross join ', '')}`;
}

/**
 * How many of a project's own images there are. What one index can answer is counted there, however much it is;
 * else images are read up to the bound.
 * @param lead the tags that the fewest images have; null: no condition on tags
 */
export function ownCount(
  projectId: string,
  asked: SplitConditions,
  lead: TagGroup | null,
  bound: number,
): SqlClause {
  const project = clauseWithBindings('?', [projectId]);
  const { fields, tags, sought, ranges } = asked;
  const simple = fields.length === 0 ? countByIndex(project, tags) : undefined;
  if (simple) return sql`select (${simple}) as count, 0 as scanned`;
  if (lead === null || sought.length > 0) {
    return scannedCount(
      [sql`i.project_id = ${project}`, ...sought, ...ranges],
      ownConditions(project, asked),
      bound,
    );
  }
  const from: LeadingTags = { project, lead, groups: toTagGroups(tags), asked };
  const rest =
    fields.length > 0
      ? imagesOfLeadingTags(from, null)
      : sql`where ${conditionsAsCase([tagClause(tags, { project, image: 't.image_id' })])}`;
  return sql`select count(*) as count, (select count(*) from (${leadTagRows(from)} limit ${rawClause(String(bound + 1))}) t) as scanned
    from (${imagesOfTagSet(from, bound)}) t ${rest}`;
}

/** @param from which of `images i` are read */
export function scannedCount(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  bound: number,
): SqlClause {
  const where = joinClauses(from, ' and ', 'true');
  return sql`select count(*) filter (where ${conditionsAsCase(rest)}) as count, count(*) as scanned
    from (select i.* from images i where ${where} limit ${rawClause(String(bound + 1))}) i`;
}

/** As `scanPerShard`. */
export function countPerShard(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  bound: number,
): SqlClause {
  const where = joinClauses(from, ' and ', 'true');
  const read = sql`select 1 from images i where ${where} limit ${rawClause(String(bound + 1))}`;
  return sql`select c.count, w.scanned
    from (select count(*) as count from images i where ${where} and ${conditionsAsCase(rest)}) c
    cross join (select count(*) as scanned from (${read}) i) w`;
}

function countByIndex(project: SqlClause, tags: readonly TagCondition[]): SqlClause | undefined {
  const [only] = tags;
  const all = sql`select count(*) from images i where i.project_id = ${project}`;
  if (only === undefined) return all;
  const count = countOfGroup(project, tags);
  if (count !== undefined || only.kind !== 'not' || tags.length > 1) return count;
  const others = countOfGroup(project, [only.of]);
  return others && sql`select (${all}) - (${others})`;
}

/** Of images that have one of some tags, without other conditions. */
function countOfGroup(project: SqlClause, tags: readonly TagCondition[]): SqlClause | undefined {
  const groups = toTagGroups(tags);
  const [lead] = groups;
  if (lead === undefined || groups.length > 1 || !tags.every(isExpressedByGroups)) return undefined;
  const [only] = lead;
  const [asked, from] = [
    { fields: [], tags: [], sought: [], ranges: [] },
    { project, lead, groups },
  ];
  if (lead.length > 1 || only?.value == null)
    return sql`select count(distinct t.image_id) from (${leadTagRows({ ...from, asked })}) t`;
  const { key, value, name } = only;
  const named =
    name === null || isOneTagOfAnImage({ ...only, name: null }) ? rawClause('true') : sql`t.name = ${name}`;
  const tag = sql`image_tags t where t.project_id = ${project} and t.key = ${key} and t.value = ${value} and ${named}`;
  if (isOneTagOfAnImage(only)) return sql`select count(*) from ${tag}`;
  // `key` and `key=` are the same pair, and an image can have both; side by side, in the order of the index.
  return sql`select count(*) from (select distinct t.image_created_at, t.image_id from ${tag}) t`;
}
