import { isJsonObject, type JsonObject } from './python/json-schema';
import { isReservedField, readOnlyFields, requireImageSchema } from './image-body';
import { pageError } from './errors/page-error';
import type { GlanceRelease } from './release';
import { baseFieldType } from './schemas';
import { pythonRepr } from './python/python-text';

/** The two dialects of JSON patch, by the draft they come from: what `add` means differs. */
export type JsonPatchDraft = 4 | 10;

const drafts: Readonly<Record<string, JsonPatchDraft>> = {
  'application/openstack-images-v2.0-json-patch': 4,
  'application/openstack-images-v2.1-json-patch': 10,
};

export const acceptPatchHeader = Object.keys(drafts).join(', ');

/** @param contentType as sent; parameters do not count, letter case does */
export function jsonPatchDraft(contentType: string): JsonPatchDraft | undefined {
  const type = contentType.split(';', 1)[0]?.trim() ?? '';
  return Object.hasOwn(drafts, type) ? drafts[type] : undefined;
}

export type JsonPatchChange =
  | {
      readonly op: 'add' | 'replace';
      readonly name: string;
      readonly value: unknown;
      readonly draft: JsonPatchDraft;
    }
  | { readonly op: 'remove'; readonly name: string };

const operations = ['add', 'remove', 'replace'] as const;
type Operation = (typeof operations)[number];

/** `/locations` alone is deeper than one step: what is added or removed there is one of several. */
const depths: Readonly<Record<string, Readonly<Record<Operation, number>>>> = {
  locations: { add: 2, remove: 2, replace: 1 },
};

/** The changes of a patch, each checked by itself. @throws PageError 400, 403 */
export function readPatch(body: unknown, draft: JsonPatchDraft, release: GlanceRelease): JsonPatchChange[] {
  if (!Array.isArray(body)) throw pageError(400, 'Request body must be a JSON array of operation objects.');
  return body.map((item: unknown) => {
    if (!isJsonObject(item)) throw pageError(400, 'Operations must be JSON objects.');
    return readChange(item, draft, release);
  });
}

function readChange(item: JsonObject, draft: JsonPatchDraft, release: GlanceRelease): JsonPatchChange {
  const op = draft === 10 ? namedOperation(item) : memberOperation(item);
  const pointer = item.get(draft === 10 ? 'path' : op);
  if (draft === 10 && !item.has('path')) throw pageError(400, "Unable to find 'path' in JSON Schema change");
  const path = readPointer(pointer);
  const [name = ''] = path;
  if (path.length !== (depths[name]?.[op] ?? 1)) {
    throw pageError(400, `Invalid JSON pointer for this resource: '/${path.join('/')}'`);
  }
  if (op !== 'remove' && !item.has('value')) {
    throw pageError(400, `Operation "${op}" requires a member named "value".`);
  }
  requireChangeable(name);
  if (op === 'remove') return { op, name };
  const value = item.get('value');
  // The value of the field, or an element of it.
  if (path.length === 1) requireImageSchema(new Map([[name, value]]), release);
  else if (baseFieldType(name) === 'array') requireImageSchema(new Map([[name, [value]]]), release);
  return { op, name, value, draft };
}

/** Version 2.1: `{"op": "add", "path": "/name", "value": …}` */
function namedOperation(item: JsonObject): Operation {
  const op = item.get('op') ?? null;
  const allowed = `It must be one of the following: ${operations.join(', ')}.`;
  if (op === null) throw pageError(400, `Unable to find \`op\` in JSON Schema change. ${allowed}`);
  const known = operations.find((operation) => operation === op);
  if (known) return known;
  const shown = typeof op === 'string' ? op : pythonRepr(op);
  throw pageError(400, `Invalid operation: \`${shown}\`. ${allowed}`);
}

/** Version 2.0: `{"add": "/name", "value": …}` */
function memberOperation(item: JsonObject): Operation {
  const found = operations.filter((operation) => item.has(operation));
  const [op] = found;
  if (op !== undefined && found.length === 1) return op;
  const count = op === undefined ? 'exactly one' : 'only one';
  throw pageError(400, `Operation objects must contain ${count} member named "add", "remove", or "replace".`);
}

function readPointer(pointer: unknown): string[] {
  const text = typeof pointer === 'string' ? pointer : pythonRepr(pointer);
  const refuse = (fault: string): never => {
    throw pageError(400, `Pointer \`${text}\` ${fault}`);
  };
  if (!text.startsWith('/') || typeof pointer !== 'string') refuse('does not start with "/".');
  if (/\/\s*\//.test(text.slice(1))) refuse('contains adjacent "/".');
  if (text.length > 1 && text.endsWith('/')) refuse('end with "/".');
  if (/~(?![01])/.test(text)) refuse('contains "~" not part of a recognized escape sequence.');
  return text
    .replace(/^\/+/, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').trim());
}

function requireChangeable(name: string): void {
  if (readOnlyFields.includes(name)) throw pageError(403, `Attribute '${name}' is read-only.`);
  if (isReservedField(name)) throw pageError(403, `Attribute '${name}' is reserved.`);
}
