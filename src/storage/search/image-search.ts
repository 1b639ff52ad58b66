import { Refused } from '../../core/errors';
import type { Image } from '../../core/image';
import type { Observe } from '../../core/observe';
import type { ImageCondition, ImagePage, ImageQuery, ImageSearch } from '../../core/ports';
import type { Database, Statement } from '../database/database';
import { activeDryRun } from '../database/dry-run';
import { isCitus, keepsRowVersions } from '../database/engine';
import type { TagCounts } from '../tags/tag-counts';
import type { StoreObservation } from '../database/observation';
import {
  type AccessPath,
  findAccessPaths,
  type OwnImageSearch,
  smallestGroup,
  soleAccessPath,
  usualBounds,
} from './access';
import { countPerShard, countStatement, ownCount, scannedCount } from './count-statement';
import { foreignConditions, foreignSelectionConditions, foreignScans } from './foreign-images';
import { splitConditions } from './image-clauses';
import { hasIndex, ordersByAge, type ImageOrder, toImageOrder } from './image-order';
import { ownScans } from './own-images';
import { namedStatement, PageFinder, pageFormOf } from './page-finder';
import { PageReader, type PageReadMode } from './page-reader';
import { type FoundRow, pageStatement } from './page-statement';
import { type LoadedPage, readImages } from './read-images';
import type { RecentImages } from './recent-images';
import { namedLimits, type SearchSetting, ShortSearches } from './short-searches';
import { type SqlClause, numberedSql } from './sql-clause';
import { type RecentSizes, recentSizes, TagSizes } from './tag-sizes';
import { onlyTag, toTagGroups, isExpressedByGroups } from './tag-choices';

type Composed = Pick<ImageQuery, 'projectId' | 'source' | 'where'>;

/** How often a page is searched again when images have gone before they were read. */
const tries = 3;

/** The lists: first the ids of a page are found, then its images are read. With an observer, concurrent lists go together. */
export class PostgresImageSearch implements ImageSearch {
  private readonly finder: PageFinder;
  private readonly reader: PageReader;
  private readonly recentSizes = recentSizes();
  private readonly shortSearches = new ShortSearches((query, setting) => this.shortPage(query, setting));

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
        ? await smallestGroup(this.sizesOf(projectId, null), { groups, reach: this.reach })
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
    const tags = query.where.flatMap((one) => (one.kind === 'tags' ? [one.condition] : []));
    const recent = reading === 'bounded' ? await this.usableRecent() : null;
    for (let attempt = 1; ; attempt++) {
      const found = await this.find(query, recent !== null);
      const page = await readImages(this.reader, found, tags, recent ? 'kept' : reading, recent);
      if (!page.isStale || attempt === tries) return page;
    }
  }

  /** A dry run sees rows of its own, whose version does not say all of them. */
  private async usableRecent(): Promise<RecentImages | null> {
    if (this.recent === null || activeDryRun()) return null;
    return (await keepsRowVersions(this.database)) ? this.recent : null;
  }

  private async find(query: ImageQuery, hasVersions: boolean): Promise<readonly FoundRow[]> {
    const citus = await isCitus(this.database);
    const short = this.shortSearches.of(query, { hasVersions, citus, bound: this.reach.bound });
    const pages = short
      ? [await this.finder.find(query.projectId, short.form, short.bindings)]
      : this.findByPaths(query, hasVersions, citus);
    for await (const rows of pages) {
      if (rows.every(({ place }) => place !== null)) return rows;
    }
    throw this.tooWide();
  }

  /** What each way finds, which may be cut short. */
  private async *findByPaths(
    query: ImageQuery,
    hasVersions: boolean,
    citus: boolean,
  ): AsyncGenerator<readonly FoundRow[]> {
    const { projectId, source } = query;
    const search = this.searchOf(query, hasVersions);
    const ways = source.own ? this.accessPaths(search) : [undefined];
    for await (const access of ways) {
      const statement = this.pageBy(query, search, access, citus);
      if (statement === undefined) yield [];
      else if (!isCommon(query, search.order)) yield await this.run<FoundRow>(statement, false);
      else if (!isShort(search)) yield await this.run<FoundRow>(statement, true);
      else yield await this.finder.find(projectId, pageFormOf(projectId, statement), statement.bindings);
    }
  }

  /** Where sizes of some seconds ago have led nowhere, they are read anew. */
  private async *accessPaths(search: OwnImageSearch): AsyncGenerator<AccessPath> {
    const sizes = this.sizesOf(search.projectId, activeDryRun() ? null : this.recentSizes);
    yield* findAccessPaths(sizes, search);
    if (sizes.hasOld) yield* findAccessPaths(this.sizesOf(search.projectId, null), search);
  }

  private sizesOf(projectId: string, recent: RecentSizes | null): TagSizes {
    return new TagSizes(this.database, projectId, recent);
  }

  private searchOf({ projectId, sort, marker, where }: ImageQuery, hasVersions: boolean): OwnImageSearch {
    const asked = splitConditions(where);
    const order = toImageOrder(sort, marker, hasVersions);
    return { projectId, asked, groups: toTagGroups(asked.tags), order, reach: this.reach };
  }

  private shortPage(query: ImageQuery, { hasVersions, citus }: SearchSetting): SqlClause | undefined {
    const search = this.searchOf(query, hasVersions);
    const access = soleAccessPath(search);
    return access && this.pageBy(query, search, access, citus);
  }

  private pageBy(
    { projectId, source, limit, offset }: ImageQuery,
    { asked, groups, order }: OwnImageSearch,
    access: AccessPath | undefined,
    citus: boolean,
  ): SqlClause | undefined {
    const most = limit + offset;
    const own = access ? ownScans(projectId, asked, groups, access, { order, most }) : [];
    const wanted = { order, most, bound: this.reach.bound };
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
function isShort({ asked: { fields, tags }, groups, order }: OwnImageSearch): boolean {
  return ordersByAge(order) && fields.length <= 1 && tags.length <= 1 && groups.length === tags.length;
}

/** Tags by their names, one condition of another kind, and that the image is not hidden. */
function areCommon(where: readonly ImageCondition[]): boolean {
  const others = where.filter((one) => !(one.kind === 'field' && one.field === 'hidden' && one.op === 'eq'));
  const tags = others.flatMap((one) => (one.kind === 'tags' ? [one.condition] : []));
  if (tags.length < others.length) return false;
  return tags.every(({ kind }) => kind === 'name') || (tags.length === 1 && tags.every(isExpressedByGroups));
}
