import type { Request } from 'express';
import type { ParamSchema, Schema } from 'express-validator';
import { firstDuplicate, requireValidKey, requireValidValue } from '../huawei-ims/rules';
import type { HuaweiProfile } from '../huawei-ims/profiles';
import type { ImageCondition } from '../../core/ports';
import { toTagConditions, type KeyWithValues } from '../../core/tag-condition';
import { countCodePoints, isStorableText } from '../../core/tag';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import {
  validationError,
  objectListSchema,
  optionalRule,
  throwInvalidRequest,
} from '../../http/schema-parts';
import { textSchema } from '../huawei-ims/requests';

/** `count` returns only the number. */
export interface ResourceInstancesRequest {
  readonly action: 'filter' | 'count';
  readonly where: readonly ImageCondition[];
  readonly limit: number;
  readonly offset: number;
}

const lists = ['tags', 'tags_any', 'not_tags', 'not_tags_any'] as const;
const mostKeys = 10;
const mostValues = 10;
const mostMatchLength = 255;

/** First the shape, so that long lists cost nothing; then the entries. @throws HttpFault, Refused tag-invalid */
export function searchReader(profile: HuaweiProfile): (req: Request) => Promise<ResourceInstancesRequest> {
  const readShape = requestReader(shape, (seen) => seen);
  const readEntries = requestReader(entries, (seen) => [
    ...tagConditions(seen, profile),
    ...matchConditions(seen),
  ]);
  return async (req) => {
    const { action } = await readShape(req);
    const where = await readEntries(req);
    if (action === 'count') return { action, where, limit: 0, offset: 0 };
    const { limit = 10, offset = 0 } = await readPage(req);
    return { action: 'filter', where, limit, offset };
  };
}

const keyList: ParamSchema = {
  ...objectListSchema(
    mostKeys,
    validationError('IMG.0001', `Each list of tags must have 1 to ${String(mostKeys)} objects.`),
  ),
  optional: optionalRule,
};

const shape: Schema = {
  action: {
    in: ['body'],
    isString: { bail: true, ...validationError('IMG.0001', '"action" must be "filter" or "count".') },
    isIn: {
      options: [['filter', 'count']],
      ...validationError('IMG.0001', '"action" must be "filter" or "count".'),
    },
  },
  ...Object.fromEntries(lists.map((list) => [list, keyList])),
  without_any_tag: {
    in: ['body'],
    optional: optionalRule,
    isBoolean: {
      options: { strict: true },
      ...validationError('IMG.0001', '"without_any_tag" must be true or false.'),
    },
  },
  matches: {
    ...objectListSchema(2, validationError('IMG.0001', '"matches" must have one or two objects.')),
    optional: optionalRule,
  },
};

/** Some clients send null for "any value", as their language writes an empty list. */
const values: ParamSchema = {
  in: ['body'],
  optional: optionalRule,
  isArray: {
    options: { max: mostValues },
    bail: true,
    ...validationError('IMG.0001', `"values" must be a list of at most ${String(mostValues)} strings.`),
  },
  custom: {
    options: (list: unknown[]) => list.every((value) => typeof value === 'string'),
    ...validationError('IMG.0001', '"values" must be a list of strings.'),
  },
};

const matchedBy = 'A match is by "resource_name" or "resource_id".';

const entries: Schema = {
  ...Object.fromEntries(
    lists.flatMap((list) => [
      [`${list}.*.key`, textSchema],
      [`${list}.*.values`, values],
    ]),
  ),
  without_any_tag: { in: ['body'], optional: optionalRule },
  'matches.*.key': {
    in: ['body'],
    // `isIn` alone takes ["resource_name"], too.
    isString: { bail: true, ...validationError('IMG.0001', matchedBy) },
    isIn: { options: [['resource_name', 'resource_id']], ...validationError('IMG.0001', matchedBy) },
  },
  'matches.*.value': { in: ['body'], isString: validationError('IMG.0001', 'A match needs a "value".') },
};

/** Documented as strings, sent as numbers too; without a meaning when images are only counted. */
const readPage = requestReader(
  { limit: whole('limit', 1, 1000), offset: whole('offset', 0, Number.MAX_SAFE_INTEGER) },
  (seen) => ({ ...numberOf(seen, 'limit'), ...numberOf(seen, 'offset') }),
);

function whole(name: string, least: number, most: number): ParamSchema {
  return {
    in: ['body'],
    optional: optionalRule,
    custom: {
      options: (value: unknown) => isWhole(value, least, most),
      ...validationError(
        'IMG.0001',
        `"${name}" must be a whole number from ${String(least)} to ${String(most)}.`,
      ),
    },
  };
}

function isWhole(value: unknown, least: number, most: number): boolean {
  if (typeof value === 'string' && !/^\d{1,16}$/.test(value)) return false;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= least && number <= most;
}

function numberOf<Name extends string>(seen: ValidatedFields, name: Name): Partial<Record<Name, number>> {
  const value = seen[name];
  return value === undefined || value === null ? {} : ({ [name]: Number(value) } as Record<Name, number>);
}

function tagConditions(seen: ValidatedFields, profile: HuaweiProfile): ImageCondition[] {
  const [all, any, notAll, notAny] = lists.map((list) => choicesOf(seen[list], profile));
  const untagged = seen['without_any_tag'] === true;
  const selector = {
    ...(all && { all }),
    ...(any && { any }),
    ...(notAll && { notAll }),
    ...(notAny && { notAny }),
  };
  return toTagConditions({ ...selector, untagged }).map((condition) => ({ kind: 'tags', condition }));
}

function choicesOf(list: unknown, profile: HuaweiProfile): KeyWithValues[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const choices = (list as { key: string; values?: string[] | null }[]).map(({ key, values: some }) => ({
    key,
    values: some ?? [],
  }));
  for (const { key, values: some } of choices) {
    requireValidKey(key, profile);
    for (const value of some) requireValidValue(key, value);
    if (firstDuplicate(some) !== undefined)
      throwInvalidRequest('values', 'IMG.0001', 'The values of a key must be unique.');
  }
  const keys = choices.map(({ key }) => key);
  if (firstDuplicate(keys) !== undefined)
    throwInvalidRequest('key', 'IMG.0001', 'The keys of a list must be unique.');
  return choices;
}

function matchConditions(seen: ValidatedFields): ImageCondition[] {
  const matches = (seen['matches'] ?? []) as { key: string; value: string }[];
  if (firstDuplicate(matches.map(({ key }) => key)) !== undefined) {
    throwInvalidRequest('matches', 'IMG.0001', 'The keys of "matches" must be unique.');
  }
  return matches.map(({ key, value }): ImageCondition => {
    if (!isStorableText(value) || countCodePoints(value) > mostMatchLength) {
      throwInvalidRequest('matches', 'IMG.0001', 'A value is too long or is no text.');
    }
    if (key === 'resource_id') return { kind: 'field', field: 'id', op: 'eq', value };
    // An empty value matches exactly that name (IMS API reference, "Querying Images by Tag").
    if (value === '') return { kind: 'field', field: 'name', op: 'eq', value };
    return { kind: 'name-contains', text: value };
  });
}
