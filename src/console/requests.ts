import type { Request } from 'express';
import { codePoints, isStorable } from '../core/tag';
import { limits } from '../core/limits';
import { refuseRequest } from '../http/schema-parts';

/** Whose values are asked for; null: nobody named one. @throws HttpFault invalid-request */
export function readKey({ target }: Request): string | null {
  const given = target.query.find(({ name }) => name === 'key')?.value;
  if (given === undefined || given === '') return null;
  if (!isStorable(given) || codePoints(given) > limits.tagLength) refuseRequest('key', 'text');
  return given;
}
