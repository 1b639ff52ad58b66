import type { Request } from 'express';
import { imageStatuses } from '../core/image-status';
import { visibilities } from '../core/image';
import { countCodePoints, isStorableText } from '../core/tag';
import { modelLimits } from '../core/limits';
import { throwInvalidRequest } from '../http/schema-parts';
import { parseSearchExpression } from './expression';
import { type ImageSearchRequest, type SortField, sortFields } from './image-search';

const most = { limit: 100, offset: 1_000_000, expression: 4_000 };

/** The key whose values are requested; null: none given. @throws HttpFault invalid-request */
export function readTagKey(req: Request): string | null {
  const given = textIn(req, 'key');
  if (given !== null && countCodePoints(given) > modelLimits.tagLength)
    throwInvalidRequest('key', 'text', tooLong);
  return given;
}

/** @throws HttpFault invalid-request */
export function readSuggestionQuery(req: Request): { key: string | null; prefix: string } {
  const prefix = textIn(req, 'prefix') ?? '';
  if (countCodePoints(prefix) > modelLimits.tagLength) throwInvalidRequest('prefix', 'text', tooLong);
  return { key: readTagKey(req), prefix };
}

const tooLong = `must have at most ${String(modelLimits.tagLength)} characters`;

/** @throws HttpFault invalid-request */
export function readImageSearch(req: Request): ImageSearchRequest {
  const expression = textIn(req, 'q') ?? '';
  if (expression.length > most.expression) throwInvalidRequest('q', 'text', 'is too long');
  const parsed = parseSearchExpression(expression);
  if ('fault' in parsed) return throwInvalidRequest('', 'text', parsed.fault);
  const fields = Object.keys(sortFields) as SortField[];
  return {
    filter: parsed.filter,
    status: oneOf(req, 'status', imageStatuses),
    visibility: oneOf(req, 'visibility', visibilities),
    sort: oneOf(req, 'sort', fields) ?? 'created',
    descending: oneOf(req, 'order', ['asc', 'desc']) !== 'asc',
    limit: numberIn(req, 'limit', 1, most.limit) ?? 20,
    offset: numberIn(req, 'offset', 0, most.offset) ?? 0,
  };
}

function textIn({ target }: Request, name: string): string | null {
  const given = target.query.find((member) => member.name === name)?.value;
  if (given === undefined || given === '') return null;
  if (!isStorableText(given)) throwInvalidRequest(name, 'text', 'must be text');
  return given;
}

function oneOf<Word extends string>(req: Request, name: string, words: readonly Word[]): Word | null {
  const given = textIn(req, name);
  if (given === null) return null;
  const word = words.find((one) => one === given);
  return word ?? throwInvalidRequest(name, 'text', `must be one of ${words.join(', ')}`);
}

function numberIn(req: Request, name: string, least: number, greatest: number): number | null {
  const given = textIn(req, name);
  if (given === null) return null;
  const number = Number(given);
  if (/^\d{1,9}$/.test(given) && number >= least && number <= greatest) return number;
  return throwInvalidRequest(
    name,
    'number',
    `must be a whole number from ${String(least)} to ${String(greatest)}`,
  );
}
