import type { Asked } from './image-clauses';
import type { Order } from './image-order';
import { type Clause, clauseOf, joined, spliced } from './sql-clause';
import type { TagCondition } from '../../core/tag-condition';
import { type Choice, type Group, groupsOf, isOnce, isOrdered, isPositive } from './tag-choices';
import { tagClause } from './tag-clause';

/*
 * Images of one project. What reads them is fixed by the form of the SQL and not left to what Postgres expects, which is
 * wrong before the first ANALYZE and for tags that are on many images: `lateral` is a nested loop, `offset 0` keeps what is
 * inside as it is written, and the order of an index ends a page.
 *
 * - By a tag: the index of tags has the images of a key and a value by their age.
 * - By several: the one that reaches furthest back with its next hundred images leads, the others are looked up.
 * - By a key whatever its value: all its images, if they are few; else images by age, since most have it.
 * - Else images by their age.
 *
 * Rows that an older build has written during a rolling update lack the image's moment. They are at the end of
 * the same index and are read beside the others.
 */

/** Of tags of one key, these are read and sorted; where there are more, a page of all images holds enough of them. */
const fewTags = 5_000;
/** By so many images of each tag the rarest is found. */
const probedByAge = 100;
const probedByCount = 2_000;

const sql = (text: string): Clause => clauseOf(text, []);

/** The search of one project's own images. */
export class OwnImages {
  private readonly groups: readonly Group[];
  private readonly project: Clause;

  constructor(
    projectId: string,
    private readonly asked: Asked,
  ) {
    this.project = clauseOf('?', [projectId]);
    this.groups = asked.isSought ? [] : groupsOf(asked.tags);
  }

  /** Images in their order, as many as `most` at least where there are so many. */
  page(order: Order, most: string): Clause {
    if (this.groups.length === 0) return this.pageOfImages(order, most, sql('true'));
    const ordered = this.groups.filter(isOrdered);
    if (order.byAge === null) return this.pageOfSet(order, most, leadByCount(this.project, this.groups));
    if (ordered.length > 0) return this.pageByAge(ordered, order, order.byAge, most);
    const few = leadByCount(this.project, this.groups, fewTags);
    return spliced`(with few as materialized (select * from ${few})
      ${this.pageOfSet(order, most, sql('few w'))}
      union all ${this.pageOfImages(order, most, sql('not exists (select 1 from few)'))})`;
  }

  count(): Clause {
    const [group] = this.groups;
    const { fields, tags } = this.asked;
    if (group === undefined) {
      return spliced`(select count(*) from images i where i.project_id = ${this.project} and ${this.rest('i.id', true)})`;
    }
    if (fields.length === 0 && this.areMet(tags)) {
      const what = isOnce(group) ? '*' : 'distinct t.image_id';
      return spliced`(select count(${sql(what)}) from ${choicesTable([group])} ${this.tagsOfLead('w')} t)`;
    }
    return spliced`(select count(*) from ${this.ofSet(leadByCount(this.project, this.groups))})`;
  }

  private pageOfImages({ text, behind, byAge }: Order, most: string, gate: Clause): Clause {
    const where = joined([spliced`i.project_id = ${this.project}`, ...behind], ' and ', 'true');
    const rest = spliced`${gate} and ${this.rest('i.id', true)}`;
    if (byAge === null || this.asked.isSought) {
      return spliced`(select i.* from images i where ${where} and ${rest} order by ${sql(text)} limit ${sql(most)})`;
    }
    // The order comes from inside: were it asked for outside, Postgres would sort them all.
    return spliced`(select i.* from (select i.* from images i where ${where} order by ${sql(text)} offset 0) i
      where ${rest} limit ${sql(most)})`;
  }

  private pageOfSet({ text, behind }: Order, most: string, lead: Clause): Clause {
    const where = joined(behind, ' and ', 'true');
    return spliced`(select i.* from ${this.ofSet(lead)} where ${where} order by ${sql(text)} limit ${sql(most)})`;
  }

  /** All images of the tags that lead, each once. */
  private ofSet(lead: Clause): Clause {
    return spliced`(
      select i.* from (select distinct t.image_id from ${lead} ${this.tagsOfLead('w')} t) t
      cross join lateral (select * from images i where i.project_id = ${this.project} and i.id = t.image_id offset 0) i
      where ${this.rest('i.id', true)}
    ) i`;
  }

  private tagsOfLead(lead: string): Clause {
    const of = spliced`select t.image_id from image_tags t where t.project_id = ${this.project} and t.key = ${sql(lead)}.key`;
    return spliced`cross join lateral (
        ${of} and t.value = ${sql(lead)}.value and t.name = coalesce(${sql(lead)}.name, t.name)
        union all ${of} and ${sql(lead)}.value is null
      )`;
  }

  private pageByAge(groups: readonly Group[], order: Order, direction: 'asc' | 'desc', most: string): Clause {
    const lead =
      groups.length === 1 ? choicesTable(groups) : leadByAge(this.project, groups, order, direction);
    const once = groups.every(isOnce);
    const filled = this.tagsByAge(once, order, direction, most);
    const unfilled = this.tagsUnfilled(order, most);
    const both = spliced`select i.* from ${lead} cross join lateral (${filled} union all ${unfilled}) i`;
    if (once) return spliced`(${both})`;
    return spliced`(select distinct on (i.created_at, i.id) i.* from (${both}) i
      order by ${sql(order.text)} limit ${sql(most)})`;
  }

  /** By the index: images of the tag `w`, as they come. An image that has two of its texts comes twice in a row. */
  private tagsByAge(once: boolean, { behind }: Order, direction: 'asc' | 'desc', most: string): Clause {
    const distinct = once ? '' : 'distinct on (t.image_created_at, t.image_id)';
    const start = behind.map(({ text, bindings }) =>
      clauseOf(text.replace('(i.created_at, i.id)', '(t.image_created_at, t.image_id)'), bindings),
    );
    const where = joined([sql('t.image_created_at is not null'), ...start], ' and ', 'true');
    return spliced`(select ${sql(distinct)} i.* ${this.tagsWithImages(where)}
      order by t.image_created_at ${sql(direction)}, t.image_id ${sql(direction)} limit ${sql(most)})`;
  }

  private tagsUnfilled({ behind, text }: Order, most: string): Clause {
    const where = joined([sql('t.image_created_at is null'), ...behind], ' and ', 'true');
    return spliced`(select i.* ${this.tagsWithImages(where)} order by ${sql(text)} limit ${sql(most)})`;
  }

  private tagsWithImages(where: Clause): Clause {
    return spliced`from image_tags t
      cross join lateral (select * from images i where i.project_id = ${this.project} and i.id = t.image_id offset 0) i
      where t.project_id = ${this.project} and t.key = w.key and t.value = w.value
        and t.name = coalesce(w.name, t.name) and ${where} and ${this.rest('t.image_id', this.groups.length > 1)}`;
  }

  /** What else is asked for. @param isAll also of the tags that lead */
  private rest(image: string, isAll: boolean): Clause {
    const { fields, tags } = this.asked;
    const others = isAll || !this.areMet(tags) ? tags : [];
    const tagged = others.length > 0 ? [tagClause(others, { project: this.project, image })] : [];
    return joined([...fields, ...tagged], ' and ', 'true');
  }

  /** Whether an image that has a tag of the only group is all that is asked for. */
  private areMet(tags: readonly TagCondition[]): boolean {
    return this.groups.length === 1 && tags.every(isPositive);
  }
}

/** The choices of groups as a table `w`. */
function choicesTable(groups: readonly Group[]): Clause {
  const all = groups.flatMap((group, place) => group.map((choice) => ({ ...choice, place })));
  const column = (name: keyof Choice): (string | null)[] => all.map((one) => one[name]);
  return spliced`unnest(${all.map(({ place }) => place)}::int[], ${column('key')}::text[], ${column('value')}::text[],
    ${column('name')}::text[]) as w (place, key, value, name)`;
}

/** The choices of the group whose next images reach furthest back, as a table `w`. */
function leadByAge(
  project: Clause,
  groups: readonly Group[],
  order: Order,
  direction: 'asc' | 'desc',
): Clause {
  const start = order.behind.map(({ text, bindings }) =>
    clauseOf(text.replace('(i.created_at, i.id)', '(t.image_created_at, t.image_id)'), bindings),
  );
  const where = joined([sql('t.image_created_at is not null'), ...start], ' and ', 'true');
  const densest = direction === 'desc' ? 'max' : 'min';
  return spliced`(
    with probed as (
      select w.*, r.reach from ${choicesTable(groups)} left join lateral (
        select t.image_created_at as reach from image_tags t
        where t.project_id = ${project} and t.key = w.key and t.value = w.value and ${where}
        order by t.image_created_at ${sql(direction)}, t.image_id ${sql(direction)}
        offset ${sql(String(probedByAge - 1))} limit 1
      ) r on true
    )
    select * from probed where place = (
      select place from probed group by place order by ${sql(densest)}(reach) ${sql(direction === 'desc' ? 'asc' : 'desc')} nulls first limit 1)
  ) w`;
}

/** The choices of the group that the fewest tags have, as a table `w`. @param most empty when all have more */
function leadByCount(project: Clause, groups: readonly Group[], most?: number): Clause {
  const all = groups.length === 1 && most === undefined;
  if (all) return choicesTable(groups);
  const bound = String((most ?? probedByCount) + 1);
  const tags = spliced`select 1 from image_tags t where t.project_id = ${project} and t.key = w.key`;
  const having = most === undefined ? '' : `having sum(uses) <= ${String(most)}`;
  return spliced`(
    with probed as (
      select w.*, c.uses from ${choicesTable(groups)} cross join lateral (
        select count(*) as uses from (
          (${tags} and t.value = w.value limit ${sql(bound)}) union all (${tags} and w.value is null limit ${sql(bound)})
        ) bounded
      ) c
    )
    select * from probed where place = (
      select place from probed group by place ${sql(having)} order by sum(uses) limit 1)
  ) w`;
}
