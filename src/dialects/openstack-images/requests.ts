import type { Request, Response } from 'express';
import type { TagFault } from '../../core/errors';
import type { MemberStatus } from '../../core/image';
import { hasBody, readRawBody } from '../../http/body';
import { isStorableText } from '../../core/tag';
import { HttpFault } from '../../http/errors';
import { requestReader } from '../../http/request-reader';
import type { GlanceRelease } from './release';
import { imageSchema } from './schemas';
import { schemaFault } from './python/json-schema';
import { parseOrderedJson, UnstorableText } from './python/json-reader';
import { isJsonObject } from './python/json-schema';
import { acceptPatchHeader, type JsonPatchChange, jsonPatchDraft, readPatch } from './json-patch';
import { PageError, pageError } from './errors/page-error';

/** Bytes of a body of JSON. The longest that makes sense is 128 tags and 128 properties of some length. */
export const bodyLimit = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A body as Glance reads it: JSON, whatever the media type says, and an object or a list.
 * @throws HttpFault body-empty, body-malformed; PageError 400, also for a text that cannot be stored
 */
export async function readBody(req: Request, res: Response): Promise<unknown> {
  if (!hasBody(req)) throw new HttpFault({ kind: 'body-empty' });
  const value = parsed(await readRawBody(req, res, bodyLimit));
  if (Array.isArray(value) || isJsonObject(value)) return value;
  throw pageError(400, 'Unexpected body type. Expected list/dict.');
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseOrderedJson(utf8.decode(bytes));
  } catch (error) {
    if (error instanceof UnstorableText) throw pageError(400, 'A text holds NUL or half a surrogate pair.');
    throw new HttpFault({ kind: 'body-malformed', detail: (error as Error).message });
  }
}

const methodsWithBody: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** Chunks count as a body only where a method usually has one. */
export function hasRequestBody(req: Request): boolean {
  const chunked = req.headers['transfer-encoding'] !== undefined;
  const announced = Number(req.headers['content-length'] ?? 0) > 0;
  return announced || (chunked && methodsWithBody.includes(req.method));
}

/** @throws PageError 400 */
export function requireNoBody(req: Request): void {
  if (hasRequestBody(req)) throw pageError(400, 'A body is not expected with this request.');
}

/** @throws PageError 400, 403, 415; HttpFault as readBody */
export async function readImagePatch(
  req: Request,
  res: Response,
  release: GlanceRelease,
): Promise<JsonPatchChange[]> {
  const draft = jsonPatchDraft(mediaTypeOf(req));
  if (draft === undefined) throw unsupportedPatch(req, release);
  return readPatch(await readBody(req, res), draft, release);
}

/** @throws PageError 415 unless the Content-Type is application/octet-stream */
export function requireOctetStream(req: Request, release: GlanceRelease): void {
  const type = mediaTypeOf(req).split(';', 1)[0] ?? '';
  if (type === 'application/octet-stream') return;
  throw unsupported(req, release === 'zed' ? '' : `Invalid content type ${type}`);
}

/** Bytes that the request announces, if it does. */
export function announcedLength({ headers }: Request): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** A missing content type counts as plain text. */
function mediaTypeOf(req: Request): string {
  return req.headers['content-type'] ?? 'text/plain';
}

function unsupportedPatch(req: Request, release: GlanceRelease): PageError {
  const detail = release === 'zed' ? '' : `Image PATCH expects Content-Type one of: ${acceptPatchHeader}`;
  return unsupported(req, detail, { 'Accept-Patch': acceptPatchHeader });
}

function unsupported(req: Request, detail: string, headers: Record<string, string> = {}): PageError {
  const text = { shape: 'media-type', mediaType: mediaTypeOf(req), detail } as const;
  return new PageError({ status: 415, text, headers });
}

const checkMember = requestReader(
  {
    member: {
      in: ['body'],
      exists: { errorMessage: { code: 'absent', message: 'Member to be added not specified' }, bail: true },
      custom: {
        options: (member: unknown) => !isEmpty(member),
        errorMessage: { code: 'empty', message: "Member can't be empty" },
        bail: true,
      },
      isString: { errorMessage: { code: 'type', message: 'A member is the id of a project' }, bail: true },
      isLength: {
        options: { max: 255 },
        errorMessage: { code: 'length', message: 'A member is the id of a project' },
      },
    },
  },
  (seen) => String(seen['member']),
);

const checkStatus = requestReader(
  {
    status: {
      in: ['body'],
      exists: { errorMessage: { code: 'absent', message: 'Status not specified' } },
    },
  },
  (seen) => seen['status'],
);

/** The project that `POST …/members` names. @throws HttpFault invalid-request, and as readBody */
export async function readMemberId(req: Request, res: Response): Promise<string> {
  await objectBody(req, res, '{"member": "image_id"}', 'member');
  const member = await checkMember(req);
  if (!isStorableText(member)) throw pageError(400, 'A member is the id of a project');
  return member;
}

/**
 * The status that `PUT …/members/{id}` gives; undefined when it is invalid, which Glance reports only to callers
 * that may set one.
 * @throws HttpFault invalid-request, and as readBody
 */
export async function readMemberStatus(req: Request, res: Response): Promise<MemberStatus | undefined> {
  await objectBody(req, res, '{"status": "status"}', 'status');
  const status = await checkStatus(req);
  return status === 'pending' || status === 'accepted' || status === 'rejected' ? status : undefined;
}

async function objectBody(req: Request, res: Response, form: string, noun: string): Promise<void> {
  const body = await readBody(req, res);
  if (!isJsonObject(body)) throw pageError(400, `Expected a ${noun} in the form: ${form}`);
  req.body = Object.fromEntries(body);
}

/** What Python takes for false. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) ? value.size === 0 : !value;
}

/** What is wrong with a tag, as the client is shown it. */
export function tagFaultText(tag: string, fault: TagFault, release: GlanceRelease): string {
  if (fault !== 'too-long') return 'A tag is text without characters that cannot be stored.';
  const found = schemaFault(imageSchema, new Map([['tags', [tag]]]), release);
  return `Provided object does not match schema 'image': ${found ?? ''}`;
}

/** A part of the path, decoded. */
export function pathParameter(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}
