import { Client } from 'pg';
import { fill } from '../bench/fill';
import { filledImageId, siteOf } from '../bench/site';
import type { ConnectionSettings } from '../../src/storage/database/database';

/** Images with tags beside those that clients make: what a migration has to go over. */
export interface FilledProject {
  readonly project: string;
  readonly images: number;
  /** Of each image. */
  readonly tags: number;
}

export async function fillProject(connection: ConnectionSettings, filled: FilledProject): Promise<void> {
  await fill(connection, { ...siteOf(filled.images, filled.tags), project: filled.project });
}

interface Counts extends Record<string, unknown> {
  readonly tags: string;
  readonly undated: string;
  readonly misdated: string;
}

/** @param written what clients have put on filled images, as `image tag` @returns a sentence for each fault */
export async function filledFaults(
  connection: ConnectionSettings,
  filled: FilledProject,
  written: ReadonlySet<string>,
): Promise<string[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return [...(await untouchedFaults(client, filled)), ...(await writtenFaults(client, filled, written))];
  } finally {
    await client.end();
  }
}

const isWritten = `t.key >= 'written-' and t.key < 'written.'`;

async function untouchedFaults(client: Client, { project, images, tags }: FilledProject): Promise<string[]> {
  const { rows } = await client.query<Counts>(
    `select count(*) as tags, count(*) filter (where t.image_created_at is null) as undated,
      count(*) filter (where t.image_created_at <> i.created_at) as misdated
    from image_tags t join images i on i.project_id = t.project_id and i.id = t.image_id
    where t.project_id = $1 and t.image_id between $2 and $3 and not (${isWritten})`,
    [project, filledImageId(0), filledImageId(images - 1)],
  );
  const [found] = rows;
  const wanted = images * tags;
  return [
    ...(Number(found?.tags) === wanted
      ? []
      : [`${String(wanted)} filled tags became ${String(found?.tags)}`]),
    ...(found?.undated === '0'
      ? []
      : [`${String(found?.undated)} filled tags lack the moment of their image`]),
    ...(found?.misdated === '0'
      ? []
      : [`${String(found?.misdated)} tags have another moment than their image`]),
  ];
}

async function writtenFaults(
  client: Client,
  { project }: FilledProject,
  written: ReadonlySet<string>,
): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(
    `select t.image_id || ' ' || t.name as text from image_tags t where t.project_id = $1 and ${isWritten}`,
    [project],
  );
  const found = new Set(rows.map(({ text }) => text));
  const lost = [...written].filter((text) => !found.has(text));
  const more = [...found].filter((text) => !written.has(text));
  return [
    ...lost.map((text) => `lost on a filled image: ${text}`),
    ...more.map((text) => `removed from a filled image, and there: ${text}`),
  ].slice(0, 20);
}
