import type { Image } from '../../core/image';
import { modelLimits } from '../../core/limits';
import type { Observe } from '../../core/observe';
import { type BatchedResult, Batcher } from '../batcher';
import type { Database, Statement } from '../database/database';
import type { StoreObservation } from '../database/observation';
import { importProgressTable } from '../backup/tables';
import { imageColumns, imageFromRow, type ImageRow, selectedImageColumns } from '../images/image-rows';

/** What is read of each image of a page; `kept` is bounded, and for `RecentImages`. */
export type PageReadMode = 'whole' | 'without-properties' | 'bounded' | 'kept';

export function isBounded(reading: PageReadMode): boolean {
  return reading === 'bounded' || reading === 'kept';
}

/** The images of one project on a page. */
export interface PagePart {
  readonly projectId: string;
  readonly ids: readonly string[];
  readonly reading: PageReadMode;
}

export interface PageImage {
  readonly image: Image;
  /** Of its properties and tags; counted for bounded pages only. */
  readonly bytes: number;
  /** Of its row, where it says what the image is. */
  readonly version?: string;
}

/** By id. What has gone is missing, and on a bounded page what comes behind the limit of bytes. */
export type PageImages = ReadonlyMap<string, PageImage>;

type ReadRow = ImageRow &
  Record<string, unknown> & { readonly bytes?: number; readonly version?: string | null };

/** $1 project, $2 images. `offset 0` and the sub-select: as in change-statement.ts. */
const read = (selection: string): string => `select a.ordinal::int as ordinal, i.*
  from unnest((select $2::text[])) with ordinality as a (image_id, ordinal)
  cross join lateral (
    select ${selection} from images i where i.project_id = $1 and i.id = a.image_id offset 0
  ) i`;

// Each by its name: of a named statement the columns must stay the same when the table gets another.
const names = [...Object.values(imageColumns), 'tag_revision'];
const named = (columnOf = (column: string): string => `i.${column}`): string =>
  selectedImageColumns('$1').replace('i.*', names.map(columnOf).join(', '));
const whole = named();
const bare = named((column) => (column === 'properties' ? "'[]'::json as properties" : `i.${column}`));

/** A project's images up to that before which there stand fewer bytes than a page may have. */
const bounded = (
  selection: string,
  shown: readonly string[],
): string => `select ${shown.map((name) => `i.${name}`).join(', ')} from (
    select i.*, sum(i.bytes) over (order by i.ordinal rows unbounded preceding)::bigint - i.bytes as before from (
      select i.*, octet_length(cast(i.properties as text)) + octet_length(cast(i.tags as text)) as bytes from (${read(selection)}) i
    ) i
  ) i where i.before < $3`;
const shown = [...names, 'tags', 'bytes'];

/** Null during an import, which adds tags to images that are there, and leaves their rows as they are. */
const version = `case when exists (
      select 1 from pg_class c where c.relname = '${importProgressTable}' and c.relnamespace = current_schema()::regnamespace
    ) then null else i.xmin::text end as version`;

export const readStatements: Readonly<Record<PageReadMode, Statement>> = {
  whole: { name: 'read-page', text: read(whole), reads: true, bound: 'long' },
  'without-properties': { name: 'read-bare-page', text: read(bare), reads: true, bound: 'long' },
  bounded: { name: 'read-bounded-page', text: bounded(whole, shown), reads: true, bound: 'long' },
  kept: {
    name: 'read-kept-page',
    text: bounded(`${whole}, ${version}`, [...shown, 'version']),
    reads: true,
    bound: 'long',
  },
};

/** Longer pages make others wait, and gain nothing. */
const mostTogether = 100;

/** Reads the images of pages. With an observer, those of concurrent pages together, and each image once. */
export class PageReader {
  private readonly batcher: Batcher<PagePart, PageImages> | undefined;

  constructor(
    private readonly database: Database,
    batching: Observe<StoreObservation> | null,
  ) {
    if (batching === null) return;
    this.batcher = new Batcher<PagePart, PageImages>(
      {
        kind: 'read-pages',
        groupOf: ({ projectId, reading }) => `${reading} ${projectId}`,
        weightOf: ({ ids }) => ids.length,
        together: (parts) => this.together(parts),
        alone: (part) => this.alone(part),
      },
      batching,
    );
  }

  read(part: PagePart): Promise<PageImages> {
    return this.batcher && part.ids.length <= mostTogether ? this.batcher.submit(part) : this.alone(part);
  }

  private async together(parts: readonly PagePart[]): Promise<(BatchedResult<PageImages> | undefined)[]> {
    const [first] = parts;
    if (first === undefined) return [];
    const ids = [...new Set(parts.flatMap((part) => part.ids))];
    const images = await this.alone({ ...first, ids });
    const isCut = isBounded(first.reading) && bytesOf(images) >= modelLimits.pageBytes;
    // What is missing may lie behind the limit of all together and yet before that of its own page.
    return parts.map((part) =>
      isCut && !part.ids.every((id) => images.has(id)) ? undefined : { result: images },
    );
  }

  private async alone({ projectId, ids, reading }: PagePart): Promise<PageImages> {
    const values = [projectId, ids, ...(isBounded(reading) ? [modelLimits.pageBytes] : [])];
    const rows = await this.database.query<ReadRow>(readStatements[reading], values);
    return new Map(rows.map((row) => [row.id, readFromRow(row)]));
  }
}

function readFromRow(row: ReadRow): PageImage {
  const { bytes = 0, version } = row;
  return { image: imageFromRow(row), bytes, ...(version != null && { version }) };
}

function bytesOf(images: PageImages): number {
  let bytes = 0;
  for (const one of images.values()) bytes += one.bytes;
  return bytes;
}
