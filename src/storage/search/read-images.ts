import type { Image } from '../../core/image';
import { limits } from '../../core/limits';
import { isMet, type TagCondition } from '../../core/tag-condition';
import type { Database, Statement } from '../database/database';
import { columns, imageOf, type ImageRow, selectionOf } from '../images/image-rows';
import type { FoundRow } from './page-statement';

/** What is read of each image of a page. */
export type Reading = 'whole' | 'without-properties' | 'bounded';

type ReadRow = ImageRow & Record<string, unknown> & { readonly ordinal: number; readonly bytes?: number };

export interface ReadPage {
  readonly images: readonly Image[];
  /** Images are added until the page has reached its limit of bytes. */
  readonly isCut: boolean;
  /** Since they were found, images have gone or no longer match. */
  readonly isStale: boolean;
}

/** $1 project, $2 images. `offset 0` and the sub-select: as in change-statement.ts. */
const read = (selection: string): string => `select a.ordinal::int as ordinal, i.*
  from unnest((select $2::text[])) with ordinality as a (image_id, ordinal)
  cross join lateral (
    select ${selection} from images i where i.project_id = $1 and i.id = a.image_id offset 0
  ) i`;

const whole = selectionOf('$1');
const bare = whole.replace(
  'i.*',
  [...Object.values(columns), 'tag_revision']
    .map((column) => (column === 'properties' ? "'[]'::json as properties" : `i.${column}`))
    .join(', '),
);

/** A project's images up to that before which there stand fewer bytes than a page may have. */
const bounded = `select * from (
    select i.*, sum(i.bytes) over (order by i.ordinal rows unbounded preceding)::bigint - i.bytes as before from (
      select i.*, octet_length(cast(i.properties as text)) + octet_length(cast(i.tags as text)) as bytes from (${read(whole)}) i
    ) i
  ) i where i.before < $3`;

export const readStatements: Readonly<Record<Reading, Statement>> = {
  whole: { name: 'read-page', text: read(whole), reads: true, bound: 'long' },
  'without-properties': { name: 'read-bare-page', text: read(bare), reads: true, bound: 'long' },
  bounded: { name: 'read-bounded-page', text: bounded, reads: true, bound: 'long' },
};

/**
 * The images of a page with their tags, each project's by its own statement: engines that distribute projects
 * require it, and the plan is then the same for every search.
 */
export async function readImages(
  database: Database,
  found: readonly FoundRow[],
  tags: readonly TagCondition[],
  reading: Reading,
): Promise<ReadPage> {
  const rows = await rowsOf(database, found, reading);
  const images: Image[] = [];
  let bytes = 0;
  let isStale = false;
  for (const [index, { visibility }] of found.entries()) {
    if (reading === 'bounded' && bytes >= limits.pageBytes) return { images, isCut: true, isStale };
    const row = rows[index];
    const image = row && imageOf(row);
    if (image?.visibility === visibility && tags.every((condition) => isMet(condition, image.tags))) {
      images.push(image);
    } else isStale = true;
    bytes += row?.bytes ?? 0;
  }
  return { images, isCut: reading === 'bounded' && bytes >= limits.pageBytes, isStale };
}

/** In the order in which they were found; undefined for what has gone. */
async function rowsOf(
  database: Database,
  found: readonly FoundRow[],
  reading: Reading,
): Promise<(ReadRow | undefined)[]> {
  const rows = new Map<string, ReadRow>();
  const projects = new Set(found.map(({ project_id: project }) => project));
  await Promise.all(
    [...projects].map(async (project) => {
      const ids = found.flatMap((row) => (row.project_id === project ? [row.id] : []));
      const values = [project, ids, ...(reading === 'bounded' ? [limits.pageBytes] : [])];
      for (const row of await database.query<ReadRow>(readStatements[reading], values)) rows.set(row.id, row);
    }),
  );
  return found.map(({ id }) => rows.get(id));
}
