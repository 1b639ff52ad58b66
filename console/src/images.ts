import { type Tag, tagFromName, tagFromPair } from '../../src/core/tag';
import { detailsCall, searchCall, showCall } from './calls';
import { ask, bodyOf, type Exchange } from './exchange';
import type { Filter } from './expression';
import type { Session } from './session';

export interface ConsoleImage {
  readonly imageId: string;
  readonly name: string;
  readonly status: string;
  readonly visibility: string | null;
  readonly createdAt: string | null;
  readonly tags: readonly Tag[];
}

export interface ImagePage {
  readonly total: number;
  readonly images: readonly ConsoleImage[];
  readonly exchange: Exchange;
}

interface Found {
  readonly resource_id: string;
  readonly resource_name: string;
  readonly resource_detail: { readonly status: string };
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

interface Shown {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly created_at: string;
  readonly tags: readonly string[];
}

/** @throws ServerRefusal */
export async function searchImages(
  { token, projectId }: Session,
  filter: Filter,
  limit: number,
  offset: number,
): Promise<ImagePage> {
  const exchange = await ask(searchCall(projectId, filter, limit, offset), token);
  const page = bodyOf(exchange) as { total_count: number; resources: Found[] };
  const found = page.resources.map(foundImage);
  if (found.length === 0) return { total: page.total_count, images: [], exchange };
  const ids = found.map(({ imageId }) => imageId);
  const details = bodyOf(await ask(detailsCall(ids), token)) as { images: Shown[] };
  const shown = new Map(details.images.map((image) => [image.id, shownImage(image)]));
  // Hidden images are found and not listed: of those there is what the search told.
  return {
    total: page.total_count,
    images: found.map((image) => shown.get(image.imageId) ?? image),
    exchange,
  };
}

/** @throws ServerRefusal */
export async function showImage({ token }: Session, imageId: string): Promise<ConsoleImage> {
  return shownImage(bodyOf(await ask(showCall(imageId), token)) as Shown);
}

function foundImage(image: Found): ConsoleImage {
  return {
    imageId: image.resource_id,
    name: image.resource_name,
    status: image.resource_detail.status,
    visibility: null,
    createdAt: null,
    tags: image.tags.map(tagFromPair),
  };
}

function shownImage(image: Shown): ConsoleImage {
  return {
    imageId: image.id,
    name: image.name ?? '',
    status: image.status,
    visibility: image.visibility,
    createdAt: image.created_at,
    tags: image.tags.map(tagFromName),
  };
}
