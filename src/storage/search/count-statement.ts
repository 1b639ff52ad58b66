import type { TagCondition } from '../../core/tag-condition';
import type { Asked } from './image-clauses';
import { ownRest } from './own-images';
import { type Clause, clauseOf, joined, raw, spliced } from './sql-clause';
import { type Group, groupsOf, isOnce, isPositive } from './tag-choices';
import { tagClause } from './tag-clause';
import { imagesOf, tagSet, type TagLead, tagsOf } from './tag-walk';
import { met } from './walk';

/** The sum of counts. `cut`: one of them had more rows to read than it may. */
export function countStatement(counts: readonly Clause[], bound: number): Clause {
  const names = counts.map((_, index) => `c${String(index)}`);
  const from = counts.map((count, index) => spliced`(${count}) ${raw(names[index] ?? '')}`);
  const sum = raw(names.map((name) => `${name}.count`).join(' + '));
  const most = raw(names.map((name) => `${name}.walked`).join(', '));
  return spliced`select ${sum} as count, greatest(${most}) > ${raw(String(bound))} as cut
    from ${joined(from, ' cross join ', '')}`;
}

/**
 * How many of a project's own images there are. What one index can answer is counted there, however much it is;
 * else images are read up to the bound.
 * @param lead the tags that the fewest images have; null: no condition on tags
 */
export function ownCount(projectId: string, asked: Asked, lead: Group | null, bound: number): Clause {
  const project = clauseOf('?', [projectId]);
  const { fields, tags, sought, ranges } = asked;
  const simple = fields.length === 0 ? countByIndex(project, tags) : undefined;
  if (simple) return spliced`select (${simple}) as count, 0 as walked`;
  if (lead === null || sought.length > 0) {
    return walkedCount(
      [spliced`i.project_id = ${project}`, ...sought, ...ranges],
      ownRest(project, asked),
      bound,
    );
  }
  const from: TagLead = { project, lead, groups: groupsOf(tags), asked };
  const rest =
    fields.length > 0
      ? imagesOf(from, null)
      : spliced`where ${met([tagClause(tags, { project, image: 't.image_id' })])}`;
  return spliced`select count(*) as count, (select count(*) from (${tagsOf(from)} limit ${raw(String(bound + 1))}) t) as walked
    from (${tagSet(from, bound)}) t ${rest}`;
}

/** @param from which of `images i` are read */
export function walkedCount(from: readonly Clause[], rest: readonly Clause[], bound: number): Clause {
  const where = joined(from, ' and ', 'true');
  return spliced`select count(*) filter (where ${met(rest)}) as count, count(*) as walked
    from (select i.* from images i where ${where} limit ${raw(String(bound + 1))}) i`;
}

function countByIndex(project: Clause, tags: readonly TagCondition[]): Clause | undefined {
  const [only] = tags;
  const all = spliced`select count(*) from images i where i.project_id = ${project}`;
  if (only === undefined) return all;
  const count = countOfGroup(project, tags);
  if (count !== undefined || only.kind !== 'not' || tags.length > 1) return count;
  const others = countOfGroup(project, [only.of]);
  return others && spliced`select (${all}) - (${others})`;
}

/** Of images that have one of some tags, without other conditions. */
function countOfGroup(project: Clause, tags: readonly TagCondition[]): Clause | undefined {
  const groups = groupsOf(tags);
  const [lead] = groups;
  if (lead === undefined || groups.length > 1 || !tags.every(isPositive)) return undefined;
  const [only] = lead;
  const [asked, from] = [
    { fields: [], tags: [], sought: [], ranges: [] },
    { project, lead, groups },
  ];
  if (lead.length > 1 || only?.value == null)
    return spliced`select count(distinct t.image_id) from (${tagsOf({ ...from, asked })}) t`;
  const { key, value, name } = only;
  const named = name === null || isOnce({ ...only, name: null }) ? raw('true') : spliced`t.name = ${name}`;
  const tag = spliced`image_tags t where t.project_id = ${project} and t.key = ${key} and t.value = ${value} and ${named}`;
  if (isOnce(only)) return spliced`select count(*) from ${tag}`;
  // `key` and `key=` are the same pair, and an image can have both; side by side, in the order of the index.
  return spliced`select count(*) from (select distinct t.image_created_at, t.image_id from ${tag}) t`;
}
