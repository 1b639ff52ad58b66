import { Refused } from '../../core/errors';
import type { Image } from '../../core/image';
import type { Observe } from '../../core/observe';
import type { ImageCondition, ImagePage, ImageQuery, ImageSearch } from '../../core/ports';
import type { Database, Statement } from '../database/database';
import { activeDryRun } from '../database/dry-run';
import { isCitus, keepsRowVersions } from '../database/engine';
import type { TagCounts } from '../tags/tag-counts';
import type { StoreObservation } from '../database/observation';
import { findAccessPaths, smallestGroup, usualBounds } from './access';
import { countPerShard, countStatement, ownCount, scannedCount } from './count-statement';
import { foreignConditions, foreignSelectionConditions, foreignScans } from './foreign-images';
import { type SplitConditions, splitConditions } from './image-clauses';
import { hasIndex, ordersByAge, type ImageOrder, toImageOrder } from './image-order';
import { ownScans } from './own-images';
import { namedStatement, PageFinder } from './page-finder';
import { PageReader, type PageReadMode } from './page-reader';
import { type FoundRow, pageStatement } from './page-statement';
import { type LoadedPage, readImages } from './read-images';
import type { RecentImages } from './recent-images';
import { type SqlClause, numberedSql } from './sql-clause';
import { type TagGroup, onlyTag, toTagGroups, isExpressedByGroups } from './tag-choices';
import type { BoundedScan } from './bounded-scan';

type Composed = Pick<ImageQuery, 'projectId' | 'source' | 'where'>;

/** Pages of these sizes have named statements: every size would be too many of them. */
const namedLimits = [10, 20, 25, 50, 100, 500, 1000];

/** How often a page is searched again when images have gone before they were read. */
const tries = 3;

/** The lists: first the ids of a page are found, then its images are read. With an observer, concurrent lists go together. */
export class PostgresImageSearch implements ImageSearch {
  private readonly finder: PageFinder;
  private readonly reader: PageReader;

  constructor(
    private readonly database: Database,
    private readonly reach = usualBounds,
    batching: Observe<StoreObservation> | null = null,
    private readonly counts: TagCounts | null = null,
    private readonly recent: RecentImages | null = null,
  ) {
    this.finder = new PageFinder(database, batching);
    this.reader = new PageReader(database, batching);
  }

  async images(query: ImageQuery): Promise<readonly Image[]> {
    return (await this.read(query, query.withoutProperties ? 'without-properties' : 'whole')).images;
  }

  async page(query: ImageQuery): Promise<ImagePage> {
    return this.read(query, 'bounded');
  }

  /** @throws Refused search-too-wide */
  async count({ projectId, source, where }: Composed): Promise<number> {
    const { bound } = this.reach;
    const asked = splitConditions(where);
    const groups = toTagGroups(asked.tags);
    const citus = await isCitus(this.database);
    const foreign = foreignSelectionConditions(projectId, source);
    const only =
      asked.fields.length === 0 && foreign.length === 0 && source.own ? onlyTag(asked.tags) : undefined;
    if (this.counts && only && !citus) return this.counts.count({ projectId, ...only });
    const lead =
      groups.length > 1
        ? await smallestGroup(this.database, { projectId, groups, reach: this.reach })
        : groups[0];
    const own = source.own ? [ownCount(projectId, asked, lead ?? null, bound)] : [];
    const countOf = citus ? countPerShard : scannedCount;
    const counts = [...own, ...foreign.map((from) => countOf([from], foreignConditions(asked), bound))];
    if (counts.length === 0) return 0;
    const statement = countStatement(counts, bound);
    const [row] = await this.run<{ count: number; cut: boolean }>(statement, areCommon(where));
    if (row?.cut === true) throw this.tooWide();
    return row?.count ?? 0;
  }

  /** @throws Refused search-too-wide */
  private async read(query: ImageQuery, reading: PageReadMode): Promise<LoadedPage> {
    const asked = splitConditions(query.where);
    const recent = reading === 'bounded' ? await this.usableRecent() : null;
    for (let attempt = 1; ; attempt++) {
      const found = await this.find(query, asked, recent !== null);
      const page = await readImages(this.reader, found, asked.tags, recent ? 'kept' : reading, recent);
      if (!page.isStale || attempt === tries) return page;
    }
  }

  /** A dry run sees rows of its own, whose version does not say all of them. */
  private async usableRecent(): Promise<RecentImages | null> {
    if (this.recent === null || activeDryRun()) return null;
    return (await keepsRowVersions(this.database)) ? this.recent : null;
  }

  private async find(query: ImageQuery, asked: SplitConditions, hasVersions: boolean): Promise<FoundRow[]> {
    const { projectId, source, sort, marker } = query;
    const [order, groups] = [toImageOrder(sort, marker, hasVersions), toTagGroups(asked.tags)];
    const search = { projectId, asked, groups, order, reach: this.reach };
    const ways = source.own ? findAccessPaths(this.database, search) : [undefined];
    const citus = await isCitus(this.database);
    for await (const access of ways) {
      const most = query.limit + query.offset;
      const own = access ? ownScans(projectId, asked, groups, access, { order, most }) : [];
      const statement = this.pageBy(query, asked, order, own, citus);
      if (statement === undefined) return [];
      const isNamed = isCommon(query, order);
      const rows =
        isNamed && isShort(asked, groups, order)
          ? await this.finder.find(projectId, statement)
          : await this.run<FoundRow>(statement, isNamed);
      const found = rows.filter(({ place }) => place !== null);
      if (found.length === rows.length) return found;
    }
    throw this.tooWide();
  }

  private pageBy(
    { projectId, source, limit, offset }: ImageQuery,
    asked: SplitConditions,
    order: ImageOrder,
    own: readonly BoundedScan[],
    citus: boolean,
  ): SqlClause | undefined {
    const wanted = { order, most: limit + offset, bound: this.reach.bound };
    const scans = [...own, ...foreignScans(projectId, source, asked, wanted, citus)];
    return scans.length === 0 ? undefined : pageStatement(scans, order, limit, offset);
  }

  private run<Row extends Record<string, unknown>>(clause: SqlClause, isCommon: boolean): Promise<Row[]> {
    const statement: Statement = isCommon
      ? namedStatement(clause)
      : { text: numberedSql(clause), reads: true, bound: 'long' };
    return this.database.query<Row>(statement, clause.bindings);
  }

  private tooWide(): Refused {
    return new Refused({ kind: 'search-too-wide', limit: this.reach.bound });
  }
}

/** Whether the statement has a name: few texts are so common that a connection may keep their plans. */
function isCommon({ where, offset, limit }: ImageQuery, order: ImageOrder): boolean {
  return hasIndex(order) && offset === 0 && namedLimits.includes(limit) && areCommon(where);
}

/** Whether a page of rows is all that is read, but for images that are hidden. */
function isShort({ fields, tags }: SplitConditions, groups: readonly TagGroup[], order: ImageOrder): boolean {
  return ordersByAge(order) && fields.length <= 1 && tags.length <= 1 && groups.length === tags.length;
}

/** Tags by their names, one condition of another kind, and that the image is not hidden. */
function areCommon(where: readonly ImageCondition[]): boolean {
  const others = where.filter((one) => !(one.kind === 'field' && one.field === 'hidden' && one.op === 'eq'));
  const tags = others.flatMap((one) => (one.kind === 'tags' ? [one.condition] : []));
  if (tags.length < others.length) return false;
  return tags.every(({ kind }) => kind === 'name') || (tags.length === 1 && tags.every(isExpressedByGroups));
}
