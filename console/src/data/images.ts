import type { SortField } from '../../../src/console/image-search';
import { type Tag, tagFromName } from '../../../src/core/tag';
import { deleteCall, getCall, showCall } from './calls';
import { ask, bodyOf } from './exchange';
import type { Session } from './session';

export interface ConsoleImage {
  readonly imageId: string;
  readonly name: string;
  readonly status: string;
  readonly visibility: string;
  readonly isProtected: boolean;
  /** bytes; null: there is no data yet */
  readonly size: number | null;
  readonly diskFormat: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly tags: readonly Tag[];
}

/** What the page of images asks for, as its address says it. */
export interface ImageQuery {
  readonly q: string;
  readonly status: string;
  readonly visibility: string;
  readonly sort: SortField;
  readonly order: 'asc' | 'desc';
  readonly size: number;
  readonly page: number;
}

export interface ImagePage {
  readonly total: number;
  readonly images: readonly ConsoleImage[];
}

interface Shown {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly protected: boolean;
  readonly size: number | null;
  readonly disk_format: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly tags: readonly string[];
}

/** @throws ServerRefusal */
export async function searchImages(
  { token }: Session,
  { q, status, visibility, sort, order, size, page }: ImageQuery,
  signal: AbortSignal,
): Promise<ImagePage> {
  const offset = (page - 1) * size;
  const query = { q, status, visibility, sort, order, limit: String(size), offset: String(offset) };
  const call = getCall(`/console/api/images?${new URLSearchParams(query).toString()}`);
  const found = bodyOf(await ask(call, token, signal)) as { total: number; images: Shown[] };
  return { total: found.total, images: found.images.map(imageOf) };
}

/** @throws ServerRefusal */
export async function showImage(
  { token }: Session,
  imageId: string,
  signal?: AbortSignal,
): Promise<ConsoleImage> {
  return imageOf(bodyOf(await ask(showCall(imageId), token, signal)) as Shown);
}

/** @throws ServerRefusal */
export async function deleteImage({ token }: Session, imageId: string): Promise<void> {
  await ask(deleteCall(`/v2/images/${encodeURIComponent(imageId)}`), token);
}

/** What data needs beside itself. @throws ServerRefusal */
export async function setFormats({ token }: Session, imageId: string, diskFormat: string): Promise<void> {
  const path = `/v2/images/${encodeURIComponent(imageId)}`;
  const body = [
    { op: 'replace', path: '/disk_format', value: diskFormat },
    { op: 'replace', path: '/container_format', value: 'bare' },
  ];
  await ask({ method: 'PATCH', path, body, mediaType: imagePatch, purpose: { kind: 'other' } }, token);
}

const imagePatch = 'application/openstack-images-v2.1-json-patch';

export interface NewImage {
  readonly name: string;
  readonly visibility: string;
  /** Needed for data; null without. */
  readonly diskFormat: string | null;
  readonly tags: readonly string[];
}

/** @returns the image's id @throws ServerRefusal */
export async function createImage(
  { token }: Session,
  { name, visibility, diskFormat, tags }: NewImage,
): Promise<string> {
  const formats = diskFormat === null ? {} : { disk_format: diskFormat, container_format: 'bare' };
  const body = { ...(name !== '' && { name }), visibility, tags, ...formats };
  const exchange = await ask({ method: 'POST', path: '/v2/images', body, purpose: { kind: 'other' } }, token);
  return (bodyOf(exchange) as Shown).id;
}

function imageOf(image: Shown): ConsoleImage {
  return {
    imageId: image.id,
    name: image.name ?? '',
    status: image.status,
    visibility: image.visibility,
    isProtected: image.protected,
    size: image.size,
    diskFormat: image.disk_format,
    createdAt: image.created_at,
    updatedAt: image.updated_at,
    tags: image.tags.map(tagFromName),
  };
}
