import { LRUCache } from 'lru-cache';
import type { Database } from '../database/database';
import type { ImageOrder } from './image-order';
import { andClauses, clauseWithBindings, numberedSql, rawClause, sql, type SqlClause } from './sql-clause';
import type { TagGroup } from './tag-choices';
import { choicesTable } from './tag-scan';

/** What was found out about the tags of a group. */
export interface GroupSize {
  readonly group: TagGroup;
  /** Tags, of each choice `bound` at most. */
  readonly uses: number;
  /** How far back its next images by age reach; null when there are fewer than are looked at. */
  readonly reach: string | null;
}

/** Images of each tag that are sampled for its density. */
const lookedAt = 100;

interface Row extends Record<string, unknown> {
  readonly place: number;
  readonly uses: number;
  readonly reach: string | null;
}

/** Sizes that were read lately, by statement and values. */
export type RecentSizes = LRUCache<string, readonly GroupSize[]>;

/** Some seconds old: a size chooses a way, and no answer depends on it. */
export function recentSizes(): RecentSizes {
  return new LRUCache({ max: 1_000, ttl: 5_000 });
}

/** Searches with longer ones are rare, and would fill the memory. */
const longestKey = 4_000;

/** Sizes of the tags of one project, for one search. */
export class TagSizes {
  /** Whether any was read before this search. */
  hasOld = false;

  /** @param recent null: all are read now */
  constructor(
    private readonly database: Database,
    private readonly projectId: string,
    private readonly recent: RecentSizes | null,
  ) {}

  /** The groups with their sizes. @param order by age: then they are looked at from where the page begins */
  async of(
    groups: readonly TagGroup[],
    bound: number,
    order: ImageOrder | null,
  ): Promise<readonly GroupSize[]> {
    const kind = [bound, hasKeysOnly(groups), order?.isFirstDescending, order?.behind.length].join('-');
    const behind = order?.behind.map(({ bindings }) => bindings);
    const key = JSON.stringify([kind, this.projectId, groups, behind]);
    const known = this.recent?.get(key);
    if (known !== undefined) {
      this.hasOld = true;
      return known;
    }
    const sizes = await this.read(kind, groups, bound, order);
    if (key.length <= longestKey) this.recent?.set(key, sizes);
    return sizes;
  }

  private async read(
    kind: string,
    groups: readonly TagGroup[],
    bound: number,
    order: ImageOrder | null,
  ): Promise<GroupSize[]> {
    const clause = sizesStatement(clauseWithBindings('?', [this.projectId]), groups, bound, order);
    const rows = await this.database.query<Row>(
      { name: `tag-sizes-${kind}`, text: numberedSql(clause), reads: true, bound: 'long' },
      clause.bindings,
    );
    return groups.map((group, place) => {
      const own = rows.filter((row) => row.place === place);
      const reaches = own.flatMap(({ reach }) => (reach === null ? [] : [reach])).sort();
      const densest = order?.isFirstDescending === true ? reaches.at(-1) : reaches[0];
      return { group, uses: own.reduce((sum, row) => sum + row.uses, 0), reach: densest ?? null };
    });
  }
}

function sizesStatement(
  project: SqlClause,
  groups: readonly TagGroup[],
  bound: number,
  order: ImageOrder | null,
): SqlClause {
  const most = rawClause(String(bound));
  const of = sql`select 1 from image_tags t where t.project_id = ${project} and t.key = w.key`;
  const byValue = sql`${of} and t.value = w.value limit ${most}`;
  const uses = hasKeysOnly(groups)
    ? sql`(${byValue}) union all (${of} and w.value is null limit ${most})`
    : byValue;
  const reach = order === null ? sql`select null::timestamptz as reach` : reachOf(project, order);
  return sql`select w.place, c.uses, r.reach from ${choicesTable(groups)}
    cross join lateral (
      select count(*) as uses from (${uses}) bounded
    ) c
    left join lateral (${reach}) r on true`;
}

/** Keys whatever their value. */
function hasKeysOnly(groups: readonly TagGroup[]): boolean {
  return groups.some((group) => group.some(({ value }) => value === null));
}

function reachOf(project: SqlClause, { behind, isFirstDescending }: ImageOrder): SqlClause {
  const start = behind.map(({ text, bindings }) =>
    clauseWithBindings(text.replace('(i.created_at, i.id)', '(t.image_created_at, t.image_id)'), bindings),
  );
  const direction = isFirstDescending ? 'desc' : 'asc';
  return sql`select t.image_created_at as reach from image_tags t
    where t.project_id = ${project} and t.key = w.key and t.value = w.value
      and ${andClauses([rawClause('t.image_created_at is not null'), ...start])}
    order by ${rawClause(`t.image_created_at ${direction}, t.image_id ${direction}`)}
    offset ${rawClause(String(lookedAt - 1))} limit 1`;
}

export function smallestGroupSize(sizes: readonly GroupSize[]): GroupSize | undefined {
  return [...sizes].sort((a, b) => a.uses - b.uses)[0];
}

/** The group whose next images are the fewest, of those that have any order. */
export function rarestGroup(sizes: readonly GroupSize[], order: ImageOrder): GroupSize | undefined {
  const sign = order.isFirstDescending ? 1 : -1;
  const far = (a: string | null, b: string | null): number => {
    if (a === b) return 0;
    if (a === null) return -1;
    return b !== null && a > b ? sign : b === null ? 1 : -sign;
  };
  return [...sizes].sort((a, b) => far(a.reach, b.reach))[0];
}
