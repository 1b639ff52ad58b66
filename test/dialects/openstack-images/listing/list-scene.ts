import { randomUUID } from 'node:crypto';
import type { GlanceClient, ImageBody } from '../glance-client';

export interface Scene {
  /** A part of a query that finds the images of the scene. */
  readonly mark: string;
  /** In the order of their creation. */
  readonly images: readonly ImageBody[];
}

/** Images that a list can be narrowed to, one for each body. */
export async function scene(
  glance: GlanceClient,
  ...bodies: Readonly<Record<string, unknown>>[]
): Promise<Scene> {
  const mark = `mark=${randomUUID()}`;
  const images: ImageBody[] = [];
  for (const body of bodies) images.push(await glance.create({ ...body, mark: mark.slice(5) }));
  return { mark, images };
}

/** Status and body of a list that is refused. */
export async function refusal(glance: GlanceClient, query: string): Promise<[number, string]> {
  const { status, text } = await glance.get(`/v2/images${query}`);
  return [status, text];
}
