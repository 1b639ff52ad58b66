import type { Request, Response } from 'express';
import type { ImportSource } from '../../core/import';
import type { ImportMethod } from '../../core/import-method';
import { pageError } from './errors/page-error';
import { isJsonObject, type JsonObject } from './python/json-schema';
import { glanceJson } from './python/json-text';
import { pythonStr } from './python/python-text';
import { readBody } from './requests';

/** The body of `POST …/import`, checked for form. */
export interface ImportBody {
  readonly method: ImportMethod;
  readonly source: ImportSource;
  readonly shownUri: string;
  readonly allStores: boolean;
  readonly allMustSucceed: boolean;
  /** undefined: none are named */
  readonly stores: readonly unknown[] | undefined;
  inputFor(imageId: string, store: string | null): string;
}

const methods: Readonly<Record<string, ImportMethod>> = {
  'glance-direct': 'direct',
  'web-download': 'download',
  'copy-image': 'copy',
};

/** @throws PageError 400, HttpFault as readBody */
export async function readImportRequest(req: Request, res: Response): Promise<ImportBody> {
  const body = await readBody(req, res);
  const wanted = isJsonObject(body) ? body.get('method') : undefined;
  if (!isJsonObject(body) || !isJsonObject(wanted)) {
    throw pageError(400, "Import request requires a 'method' field.");
  }
  if (!wanted.has('name')) throw pageError(400, "Import request requires a 'name' field.");
  const method = methodOf(wanted.get('name'));
  const allMustSucceed = booleanOf(body, 'all_stores_must_succeed', true);
  const allStores = booleanOf(body, 'all_stores', false);
  const uri = wanted.get('uri');
  return {
    method,
    source: sourceOf(method, uri),
    shownUri: pythonStr(uri),
    allStores,
    allMustSucceed,
    stores: body.has('stores') ? listOf(body.get('stores')) : undefined,
    inputFor: (imageId, store) =>
      glanceJson(
        new Map<string, unknown>([
          ['image_id', imageId],
          ['import_req', body],
          ['backend', [store]],
        ]),
      ),
  };
}

function methodOf(name: unknown): ImportMethod {
  const known = typeof name === 'string' && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (known) return known;
  throw pageError(400, `Unknown import method name '${pythonStr(name)}'.`);
}

function booleanOf(body: JsonObject, name: string, usual: boolean): boolean {
  const value = body.has(name) ? body.get(name) : usual;
  if (typeof value === 'boolean') return value;
  throw pageError(400, `'${name}' must be boolean value only`);
}

/** Whether a URL is allowed is checked later; the empty one, for what is no text, never is. */
function sourceOf(method: ImportMethod, uri: unknown): ImportSource {
  if (method !== 'download') return { method: 'direct' };
  return { method, url: typeof uri === 'string' ? uri : '' };
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw pageError(400, "'stores' must be a list of stores");
}

/**
 * The store that gets the data; null where stores have no names, and are not looked at.
 * @param named the one store's name
 * @throws PageError 400, 409
 */
export function targetStore(req: Request, body: ImportBody, named: string | null): string | null {
  if (named === null) {
    if (body.allMustSucceed) return null;
    throw pageError(400, `All_stores_must_succeed can only be set with enabled_backends ${body.shownUri}`);
  }
  const header = storeHeader(req);
  if (body.allStores && (body.stores || header !== undefined)) {
    throw pageError(
      400,
      "All_stores parameter can't be used with x-image-meta-store header or stores parameter",
    );
  }
  if (body.stores && header !== undefined) {
    throw pageError(400, "Stores parameter and x-image-meta-store header can't be both specified");
  }
  for (const store of body.stores ?? [header ?? named]) requireKnownStore(store, named, 409);
  return named;
}

/** Glance does nothing if all stores have the data, and refuses if one was named that does. @throws PageError 400 */
export function isAlreadyInStore({ method, allStores }: ImportBody, store: string | null): boolean {
  if (method !== 'copy') return false;
  if (allStores && store !== null) return true;
  throw pageError(400, `Image is already present at store '${store ?? 'None'}'`);
}

/** The store that a request names in its headers. */
export function storeHeader({ headers }: Request): string | undefined {
  const value = headers['x-image-meta-store'];
  return typeof value === 'string' ? value : undefined;
}

/** @throws PageError */
export function requireKnownStore(store: unknown, named: string, status: 400 | 409): void {
  if (store === named) return;
  throw pageError(status, `Store for identifier ${pythonStr(store)} not found`);
}
