import type { Request } from 'express';
import type { Image, ImageChange } from '../../core/image';
import { modelLimits } from '../../core/limits';
import { throwInvalidRequest } from '../../http/schema-parts';
import {
  checkedDescription,
  checkedFirmware,
  checkedName,
  checkedPropertyName,
  checkedSize,
  checkedText,
} from './image-attributes';
import { readImageId } from '../huawei-ims/requests';

export interface ImagePatch {
  readonly imageId: string;
  /** Pure. @throws HttpFault invalid-request when it removes what is not there */
  readonly edit: (image: Image) => ImageChange;
}

/** One step of an edit. The properties are a copy that it may change. */
type Step = (change: Draft) => void;

interface Draft {
  name?: string;
  minRam?: number;
  readonly properties: Map<string, string | null>;
}

/**
 * A list of operations on attributes, not on tags. `replace` of a property that is not there adds it, since
 * clients replace a description that was never set. @throws HttpFault invalid-request
 */
export function readPatch(req: Request): ImagePatch {
  const imageId = readImageId(req);
  const body: unknown = req.body;
  if (!Array.isArray(body) || body.length === 0 || body.length > modelLimits.batchEntries) {
    throwInvalidRequest(
      '',
      'IMG.0001',
      `The body must be a list of 1 to ${String(modelLimits.batchEntries)} operations.`,
    );
  }
  const steps = (body as unknown[]).map(stepOf);
  return { imageId, edit: (image) => edited(image, steps) };
}

function edited({ properties }: Image, steps: readonly Step[]): ImageChange {
  const draft: Draft = { properties: new Map(properties) };
  for (const step of steps) step(draft);
  return draft;
}

function stepOf(entry: unknown): Step {
  const { op, path, value } = (entry ?? {}) as Partial<Record<'op' | 'path' | 'value', unknown>>;
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throwInvalidRequest('op', 'IMG.0001', '"op" must be add, replace or remove.');
  }
  if (typeof path !== 'string' || !path.startsWith('/')) {
    return throwInvalidRequest('path', 'IMG.0001', '"path" must be "/" and the name of an attribute.');
  }
  const name = path.slice(1);
  return op === 'remove' ? removal(name) : assignment(name, value);
}

function removal(name: string): Step {
  if (name === 'name' || name === 'min_ram') {
    throwInvalidRequest('path', 'IMG.0001', 'This attribute cannot be removed.');
  }
  const property = checkedPropertyName(name);
  return ({ properties }) => {
    if (!properties.delete(property)) {
      throwInvalidRequest('path', 'IMG.0001', 'The image has no such attribute.');
    }
  };
}

function assignment(name: string, value: unknown): Step {
  if (name === 'min_ram') {
    const minRam = checkedSize(name, value);
    return (draft) => (draft.minRam = minRam);
  }
  const text = textOf(value);
  if (name === 'name') {
    const checked = checkedName(text);
    return (draft) => (draft.name = checked);
  }
  const property = checkedPropertyName(name);
  const checked = checkedProperty(property, text);
  return ({ properties }) => properties.set(property, checked);
}

function checkedProperty(name: string, text: string): string {
  if (name === '__description') return checkedDescription(text);
  if (name === 'hw_firmware_type') return checkedFirmware(text);
  return name === 'max_ram' ? String(checkedSize(name, text)) : checkedText(name, text);
}

/** Documented as strings; typed clients send numbers and booleans for some. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return throwInvalidRequest('value', 'IMG.0001', '"value" must be a string.');
}
