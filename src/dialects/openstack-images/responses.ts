import type { Request, Response } from 'express';
import { formatWholeSeconds } from '../../core/clock';
import type { Image, ImageMember } from '../../core/image';
import { awaitsContinue } from '../../http/body';
import { plainHtml, type RenderedPage, statusTitles } from './errors/error-page';
import { glanceJson, SerializedJson } from './python/json-text';

/**
 * An image as Glance shows it: custom properties first, then the fields. It is written at once: half of a list's time went into
 * objects whose members were then written one by one.
 */
export function imageBody(image: Image, store: string | null): SerializedJson {
  let text = '{';
  for (const [name, value] of image.properties) {
    // A property that is called like a field is one member, at the first place with the second value.
    if (fieldNames.has(name)) return new SerializedJson(glanceJson(imageFields(image, store)));
    text += `${JSON.stringify(name)}: ${JSON.stringify(value)}, `;
  }
  const stores = holdsData(image, store) ? `, "stores": "${store}"` : '';
  return new SerializedJson(`${text}${fieldsText(image)}${stores}}`);
}

function fieldsText(image: Image): string {
  const id = JSON.stringify(image.imageId);
  const self = JSON.stringify(`/v2/images/${image.imageId}`);
  const tags = image.tags.map(({ name }) => JSON.stringify(name)).join(', ');
  return (
    `"name": ${nullable(image.name)}, "disk_format": ${nullable(image.diskFormat)}, ` +
    `"container_format": ${nullable(image.containerFormat)}, "visibility": "${image.visibility}", ` +
    `"size": ${String(image.size)}, "virtual_size": ${String(image.virtualSize)}, "status": "${image.status}", ` +
    `"checksum": ${nullable(image.checksum)}, "protected": ${String(image.protected)}, ` +
    `"min_ram": ${String(image.minRam)}, "min_disk": ${String(image.minDisk)}, ` +
    `"owner": ${nullable(ownerOf(image))}, "os_hidden": ${String(image.hidden)}, ` +
    `"os_hash_algo": ${nullable(image.hashAlgo)}, "os_hash_value": ${nullable(image.hashValue)}, "id": ${id}, ` +
    `"created_at": "${formatWholeSeconds(image.createdAt)}", "updated_at": "${formatWholeSeconds(image.updatedAt)}", ` +
    `"tags": [${tags}], "self": ${self}, "file": ${self.slice(0, -1)}/file", "schema": "/v2/schemas/image"`
  );
}

function nullable(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

/** An image made without an owner has none to show. */
function ownerOf({ projectId }: Image): string | null {
  return projectId === '' ? null : projectId;
}

/** Does this store have a name, and the image's data? */
function holdsData({ status, hashValue }: Image, store: string | null): store is string {
  return store !== null && hashValue !== null && status === 'active';
}

/** The same as its members, one by one. */
export function imageFields(image: Image, store: string | null): ReadonlyMap<string, unknown> {
  const self = `/v2/images/${image.imageId}`;
  return new Map<string, unknown>([
    ...image.properties,
    ['name', image.name],
    ['disk_format', image.diskFormat],
    ['container_format', image.containerFormat],
    ['visibility', image.visibility],
    ['size', image.size],
    ['virtual_size', image.virtualSize],
    ['status', image.status],
    ['checksum', image.checksum],
    ['protected', image.protected],
    ['min_ram', image.minRam],
    ['min_disk', image.minDisk],
    ['owner', ownerOf(image)],
    ['os_hidden', image.hidden],
    ['os_hash_algo', image.hashAlgo],
    ['os_hash_value', image.hashValue],
    ['id', image.imageId],
    ['created_at', formatWholeSeconds(image.createdAt)],
    ['updated_at', formatWholeSeconds(image.updatedAt)],
    ['tags', image.tags.map((tag) => tag.name)],
    ['self', self],
    ['file', `${self}/file`],
    ['schema', '/v2/schemas/image'],
    ...(holdsData(image, store) ? [['stores', store] as const] : []),
  ]);
}

/** A property called like one of these is not written as it comes. */
const fieldNames: ReadonlySet<string> = new Set(
  `name disk_format container_format visibility size virtual_size status checksum protected min_ram min_disk owner os_hidden
   os_hash_algo os_hash_value id created_at updated_at tags self file schema stores`.split(/\s+/),
);

export function imageListBody(
  images: readonly Image[],
  store: string | null,
  links: { first: string; next: string | undefined },
): object {
  const { first, next } = links;
  return {
    images: images.map((image) => listedBody(image, store)),
    first,
    schema: '/v2/schemas/images',
    next,
  };
}

/** Lists show the same images again, as long as these are kept. */
const listed = new WeakMap<Image, { readonly store: string | null; readonly body: SerializedJson }>();

function listedBody(image: Image, store: string | null): SerializedJson {
  const known = listed.get(image);
  if (known?.store === store) return known.body;
  // V8 keeps what was put together as a tree, which every list would walk anew; a copy of its bytes is one piece.
  const body = new SerializedJson(Buffer.from(imageBody(image, store).text).toString());
  listed.set(image, { store, body });
  return body;
}

export function memberBody(member: ImageMember): object {
  return {
    member_id: member.memberId,
    image_id: member.imageId,
    status: member.status,
    created_at: formatWholeSeconds(member.createdAt),
    updated_at: formatWholeSeconds(member.updatedAt),
    schema: '/v2/schemas/member',
  };
}

export function memberListBody(members: readonly ImageMember[]): object {
  return { members: members.map(memberBody), schema: '/v2/schemas/members' };
}

export type Headers = Record<string, string | number>;

/** The id of a request in the form that OpenStack clients print. */
export function openstackRequestId(requestId: string): string {
  return requestId.startsWith('req-') ? requestId : `req-${requestId}`;
}

export function requestIdHeader(requestId: string): Headers {
  return { 'X-Openstack-Request-Id': openstackRequestId(requestId) };
}

/**
 * Starts an answer. Nothing is added to what is given but the date, and `Connection: close` where the
 * connection ends: Glance sends no header for a connection that stays open.
 */
export function startAnswer(req: Request, res: Response, status: number, headers: Headers): void {
  if (!res.hasHeader('Connection')) settleConnection(req, res);
  res.writeHead(status, statusTitles[status] ?? '', headers);
}

function settleConnection(req: Request, res: Response): void {
  // The client may still send its body without a `100 Continue`: nothing else can be read after it.
  if (awaitsContinue(req)) res.setHeader('Connection', 'close');
  else if (!res.shouldKeepAlive) return;
  else if (req.headers.connection?.toLowerCase() === 'keep-alive') res.setHeader('Connection', 'keep-alive');
  else res.removeHeader('Connection');
}

/** @param headers get the length */
function send(req: Request, res: Response, status: number, body: string | Buffer, headers: Headers): void {
  // Not a copy with one more, which takes V8 microseconds.
  startAnswer(req, res, status, Object.assign(headers, { 'Content-Length': Buffer.byteLength(body) }));
  res.end(body);
}

/** Any value as JSON. */
export function sendJson(
  req: Request,
  res: Response,
  status: number,
  value: unknown,
  more: Headers = {},
): void {
  sendJsonText(req, res, status, glanceJson(value), more);
}

export function sendJsonText(
  req: Request,
  res: Response,
  status: number,
  text: string,
  more: Headers = {},
): void {
  const headers = { 'Content-Type': 'application/json', ...requestIdHeader(req.requestId), ...more };
  send(req, res, status, text, headers);
}

/** 204 of a change, 202 of work in the background: with a content type, though there is no content. */
export function sendEmpty(req: Request, res: Response, status: 202 | 204 = 204): void {
  startAnswer(req, res, status, {
    'Content-Type': plainHtml,
    'Content-Length': 0,
    'X-Openstack-Request-Id': openstackRequestId(req.requestId),
  });
  res.end();
}

/** 204 of data that is not there, and of a member removed: without a content type. */
export function sendEmptyWithoutType(req: Request, res: Response): void {
  startAnswer(req, res, 204, { 'Content-Length': 0, ...requestIdHeader(req.requestId) });
  res.end();
}

/** An answer of what lies in front of the API and has no request ids. */
export function sendWithoutRequestId(
  req: Request,
  res: Response,
  status: number,
  page: Partial<RenderedPage> = {},
): void {
  const headers: Headers = page.contentType === undefined ? {} : { 'Content-Type': page.contentType };
  send(req, res, status, page.body ?? '', headers);
}
