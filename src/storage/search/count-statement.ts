import type { TagCondition } from '../../core/tag-condition';
import type { SplitConditions } from './image-clauses';
import { ownConditions } from './own-images';
import { type SqlClause, clauseWithBindings, joinClauses, rawClause, clause } from './sql-clause';
import { type Group, toGroups, isOneTagOfAnImage, isPositive } from './tag-choices';
import { tagClause } from './tag-clause';
import { leadImageRows, tagSet, type TagLead, leadTagRows } from './tag-scan';
import { conditionsAsCase } from './bounded-scan';

/** The sum of counts. `cut`: one of them had more rows to read than it may. */
export function countStatement(counts: readonly SqlClause[], bound: number): SqlClause {
  const names = counts.map((_, index) => `c${String(index)}`);
  const from = counts.map((count, index) => clause`(${count}) ${rawClause(names[index] ?? '')}`);
  const sum = rawClause(names.map((name) => `${name}.count`).join(' + '));
  const most = rawClause(names.map((name) => `${name}.scanned`).join(', '));
  return clause`select ${sum} as count, greatest(${most}) > ${rawClause(String(bound))} as cut
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
  lead: Group | null,
  bound: number,
): SqlClause {
  const project = clauseWithBindings('?', [projectId]);
  const { fields, tags, sought, ranges } = asked;
  const simple = fields.length === 0 ? countByIndex(project, tags) : undefined;
  if (simple) return clause`select (${simple}) as count, 0 as scanned`;
  if (lead === null || sought.length > 0) {
    return scannedCount(
      [clause`i.project_id = ${project}`, ...sought, ...ranges],
      ownConditions(project, asked),
      bound,
    );
  }
  const from: TagLead = { project, lead, groups: toGroups(tags), asked };
  const rest =
    fields.length > 0
      ? leadImageRows(from, null)
      : clause`where ${conditionsAsCase([tagClause(tags, { project, image: 't.image_id' })])}`;
  return clause`select count(*) as count, (select count(*) from (${leadTagRows(from)} limit ${rawClause(String(bound + 1))}) t) as scanned
    from (${tagSet(from, bound)}) t ${rest}`;
}

/** @param from which of `images i` are read */
export function scannedCount(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  bound: number,
): SqlClause {
  const where = joinClauses(from, ' and ', 'true');
  return clause`select count(*) filter (where ${conditionsAsCase(rest)}) as count, count(*) as scanned
    from (select i.* from images i where ${where} limit ${rawClause(String(bound + 1))}) i`;
}

/** As `scanOfShards`. */
export function countOfShards(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  bound: number,
): SqlClause {
  const where = joinClauses(from, ' and ', 'true');
  const read = clause`select 1 from images i where ${where} limit ${rawClause(String(bound + 1))}`;
  return clause`select c.count, w.scanned
    from (select count(*) as count from images i where ${where} and ${conditionsAsCase(rest)}) c
    cross join (select count(*) as scanned from (${read}) i) w`;
}

function countByIndex(project: SqlClause, tags: readonly TagCondition[]): SqlClause | undefined {
  const [only] = tags;
  const all = clause`select count(*) from images i where i.project_id = ${project}`;
  if (only === undefined) return all;
  const count = countOfGroup(project, tags);
  if (count !== undefined || only.kind !== 'not' || tags.length > 1) return count;
  const others = countOfGroup(project, [only.of]);
  return others && clause`select (${all}) - (${others})`;
}

/** Of images that have one of some tags, without other conditions. */
function countOfGroup(project: SqlClause, tags: readonly TagCondition[]): SqlClause | undefined {
  const groups = toGroups(tags);
  const [lead] = groups;
  if (lead === undefined || groups.length > 1 || !tags.every(isPositive)) return undefined;
  const [only] = lead;
  const [asked, from] = [
    { fields: [], tags: [], sought: [], ranges: [] },
    { project, lead, groups },
  ];
  if (lead.length > 1 || only?.value == null)
    return clause`select count(distinct t.image_id) from (${leadTagRows({ ...from, asked })}) t`;
  const { key, value, name } = only;
  const named =
    name === null || isOneTagOfAnImage({ ...only, name: null })
      ? rawClause('true')
      : clause`t.name = ${name}`;
  const tag = clause`image_tags t where t.project_id = ${project} and t.key = ${key} and t.value = ${value} and ${named}`;
  if (isOneTagOfAnImage(only)) return clause`select count(*) from ${tag}`;
  // `key` and `key=` are the same pair, and an image can have both; side by side, in the order of the index.
  return clause`select count(*) from (select distinct t.image_created_at, t.image_id from ${tag}) t`;
}
