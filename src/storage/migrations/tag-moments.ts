import type { Knex } from 'knex';
import { reportProgress } from './concurrently';

/** Images whose tags one statement fills: a writer of one of them waits some ten milliseconds. */
const step = 200;
const reportedEvery = 100_000;

interface Step {
  readonly images: number;
  readonly project_id: string | null;
  readonly id: string | null;
}

/** The images behind one, in the order of their keys: `part (project_id, id, created_at)`. */
const everyImage = `select i.project_id, i.id, i.created_at from images i where (i.project_id, i.id) > (?, ?)
  order by i.project_id, i.id limit ${String(step)}`;

/** The same, of those that have tags without their moment: an index leads to them. */
const unfilledImages = `select i.project_id, i.id, i.created_at from (
    select distinct t.project_id, t.image_id from (
      select t.project_id, t.image_id from image_tags t
      where t.image_created_at is null and (t.project_id, t.image_id) > (?, ?)
      order by t.project_id, t.image_id limit ${String(10 * step)}
    ) t
  ) t join images i on i.project_id = t.project_id and i.id = t.image_id`;

/**
 * Gives every tag that lacks it the moment of its image. Rows that a writer holds are left out: to wait for them while
 * holding others can deadlock. Searches find a tag without its moment all the same.
 */
export async function fillUndatedTags(knex: Knex, part = everyImage): Promise<void> {
  let from: readonly [string, string] = ['', ''];
  for (let images = 0; ;) {
    const last = await fillStep(knex, part, from);
    images += last.images;
    if (last.project_id === null || last.id === null) return;
    if (images % reportedEvery < last.images)
      reportProgress(knex, `moments of tags: ${String(images)} images done`);
    from = [last.project_id, last.id];
  }
}

/** One row if a tag lacks its moment. */
export const undatedTagQuery = 'select 1 from image_tags where image_created_at is null limit 1';

/** Those written since by a build that lacks this column, or by an import of its export. */
export async function refillUndatedTags(knex: Knex, citus: boolean): Promise<void> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(undatedTagQuery);
  if (rows.length > 0) await (citus ? refillOnShards(knex) : fillUndatedTags(knex, unfilledImages));
}

/** Citus locks rows of one project a statement, and steps through none of several. */
async function refillOnShards(knex: Knex): Promise<void> {
  const unfilled = 'select distinct project_id from image_tags where image_created_at is null';
  const { rows } = await knex.raw<{ rows: { project_id: string }[] }>(unfilled);
  for (const { project_id: project } of rows) {
    await knex.raw(
      `update image_tags t set image_created_at = i.created_at from images i
      where t.project_id = ? and t.image_created_at is null and i.project_id = ? and i.id = t.image_id`,
      [project, project],
    );
  }
}

/** Postgres may have no statistics of the tables yet, and would then read them whole for every step. */
const byIndexes = [
  'set local statement_timeout = 0',
  ...['seqscan', 'hashjoin', 'mergejoin'].map((way) => `set local enable_${way} = off`),
].join(';');

async function fillStep(knex: Knex, part: string, from: readonly [string, string]): Promise<Step> {
  return knex.transaction(async (transaction) => {
    await transaction.raw(byIndexes);
    return filled(transaction, part, from);
  });
}

async function filled(knex: Knex, part: string, from: readonly [string, string]): Promise<Step> {
  const { rows } = await knex.raw<{ rows: Step[] }>(
    `with part as materialized (${part}),
    free as materialized (
      select t.project_id, t.image_id, t.name, part.created_at from part cross join lateral (
        select t.project_id, t.image_id, t.name from image_tags t
        where t.project_id = part.project_id and t.image_id = part.id and t.image_created_at is null
        for no key update skip locked
      ) t
    ),
    filled as (
      update image_tags t set image_created_at = free.created_at from free
      where t.project_id = free.project_id and t.image_id = free.image_id and t.name = free.name
    )
    select count(*)::int as images, max(last.project_id) as project_id, max(last.id) as id
    from part left join (select project_id, id from part order by project_id desc, id desc limit 1) last
      on last.project_id = part.project_id and last.id = part.id`,
    [...from],
  );
  const [last] = rows;
  if (!last) throw new Error('an aggregate has one row');
  return last;
}
