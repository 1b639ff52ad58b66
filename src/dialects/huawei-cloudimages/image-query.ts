import type { Request } from 'express';
import { propertiesWithImpliedValue, propertyCondition } from '../../core/computed-attributes';
import type { ComparisonOperator, ImageCondition, ImageField, ImageQuery } from '../../core/ports';
import { modelLimits } from '../../core/limits';
import { HttpFault } from '../../http/errors';
import { throwInvalidRequest } from '../../http/schema-parts';
import { fromHuaweiStatus } from '../huawei-ims/statuses';
import { toImageSelection } from './image-source';

/** Which images a list is about; the marker is still an id. */
export interface ImageListing extends Pick<ImageQuery, 'source' | 'where' | 'sort' | 'limit'> {
  readonly markerId: string | null;
  /** 1 is the first; only the list of tags has pages of this kind. */
  readonly page: number;
}

const texts: Readonly<Record<string, ImageField>> = {
  owner: 'owner',
  id: 'id',
  name: 'name',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
};
const numbers: Readonly<Record<string, ImageField>> = { min_ram: 'minRam', min_disk: 'minDisk' };
const moments: Readonly<Record<string, ImageField>> = { created_at: 'createdAt', updated_at: 'updatedAt' };
const sortKeys = new Map<string, ImageField>([
  ['name', 'name'],
  ['container_format', 'containerFormat'],
  ['disk_format', 'diskFormat'],
  ['status', 'status'],
  ['id', 'id'],
  ['size', 'size'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
]);

/** Kept as properties of the image, compared as they are. */
const properties = new Set([
  '__os_bit',
  '__platform',
  '__os_type',
  '__system__cmkid',
  'virtual_env_type',
  '__support_kvm',
  '__support_xen',
  '__support_largememory',
  '__support_diskintensive',
  '__support_highperformance',
  '__support_xen_gpu_type',
  '__support_kvm_gpu_type',
  '__support_xen_hana',
  '__support_kvm_infiniband',
]);

const own = ['status', 'visibility', '__imagetype', 'member_status', 'protected', 'architecture'];
const paging = ['marker', 'limit', 'sort_key', 'sort_dir', 'page'];
const known = new Set([
  ...[texts, numbers, moments].flatMap((names) => Object.keys(names)),
  ...propertiesWithImpliedValue,
  ...properties,
  ...own,
  ...paging,
]);

const defaultLimit = 500;
const mostLimit = 1000;

/**
 * The query of both lists. `tag` may stand there several times and all must match; what else is known may stand
 * there once; an empty value counts as absent; what is unknown is ignored. @throws HttpFault target-not-text, invalid-request
 */
export function readImageListing(req: Request): ImageListing {
  if (!req.target.queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  const names = new Set<string>();
  const asked = new Map<string, string>();
  for (const { name, value } of req.target.query) {
    if (name === 'tag') names.add(value);
    else if (known.has(name) && value !== '') once(asked, name, value);
  }
  // Conditions that the service adds, such as that of hidden images, do not count.
  const sent = [...asked.keys()].filter((name) => !paging.includes(name)).length + names.size;
  if (sent > modelLimits.searchConditions) {
    const most = String(modelLimits.searchConditions);
    throwInvalidRequest('tag', 'IMG.0001', `A list takes at most ${most} filters, each tag counted.`);
  }
  const { source, where } = toImageSelection(asked);
  const fields = [...asked].flatMap(([name, value]) => conditionsOf(name, value));
  const tags = [...names].map((name): ImageCondition => ({
    kind: 'tags',
    condition: { kind: 'name', name },
  }));
  return {
    source,
    where: [...where, ...shown(asked), ...fields, ...tags],
    sort: sortOf(asked),
    limit: Math.min(wholeNumber('limit', asked.get('limit') ?? String(defaultLimit), 0), mostLimit),
    markerId: asked.get('marker') ?? null,
    page: wholeNumber('page', asked.get('page') ?? '1', 1),
  };
}

function once(asked: Map<string, string>, name: string, value: string): void {
  if (asked.has(name)) throwInvalidRequest(name, 'IMG.0001', `"${name}" may be given once.`);
  asked.set(name, value);
}

/** Hidden images are left out, as in OpenStack, unless requested by id. */
function shown(asked: ReadonlyMap<string, string>): ImageCondition[] {
  return asked.has('id') ? [] : [{ kind: 'field', field: 'hidden', op: 'eq', value: false }];
}

function conditionsOf(name: string, value: string): ImageCondition[] {
  const is = (field: ImageField, what: string | number | boolean): ImageCondition[] => [
    { kind: 'field', field, op: 'eq', value: what },
  ];
  if (name === 'status') return [{ kind: 'field-in', field: 'status', values: fromHuaweiStatus(value) }];
  const text = texts[name];
  if (text) return is(text, value);
  const number = numbers[name];
  if (number) return is(number, wholeNumber(name, value, 0));
  const moment = moments[name];
  if (moment) return [momentCondition(name, moment, value)];
  if (properties.has(name)) return [{ kind: 'property', name, value }];
  if (name === 'protected') return is('protected', truth(name, value));
  if (name === '__whole_image') return [propertyCondition(name, String(truth(name, value)))];
  if (name === 'architecture') return [propertyCondition('__support_arm', String(value === 'arm'))];
  if (name === 'enterprise_project_id' && value === 'all_granted_eps') return [];
  return propertiesWithImpliedValue.includes(name) ? [propertyCondition(name, value)] : [];
}

function truth(name: string, value: string): boolean {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return throwInvalidRequest(name, 'IMG.0001', `"${name}" must be true or false.`);
}

/** The database's integers end at 2^31. */
function wholeNumber(name: string, value: string, least: number): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (number >= least && number < 2 ** 31) return number;
  return throwInvalidRequest(name, 'IMG.0001', `"${name}" must be a whole number from ${String(least)}.`);
}

const timeForm = /^(gt|gte|lt|lte|eq|neq):(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})Z| (\d{2}:\d{2}:\d{2}))$/;

function momentCondition(name: string, field: ImageField, value: string): ImageCondition {
  const [, op, day = '', time, spaced = ''] = timeForm.exec(value) ?? [];
  const text = `${day}T${time ?? spaced}.000Z`;
  if (op === undefined || !isMoment(text)) {
    return throwInvalidRequest(name, 'IMG.0001', `"${name}" must be like gt:2026-11-21T03:37:01Z.`);
  }
  return { kind: 'field', field, op: op as ComparisonOperator, value: text };
}

/** The 30th of February has the form of a day but does not exist; the database has no year 0. */
function isMoment(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text && !text.startsWith('0000');
}

function sortOf(asked: ReadonlyMap<string, string>): ImageListing['sort'] {
  const field = sortKeys.get(asked.get('sort_key') ?? 'created_at');
  if (!field) return throwInvalidRequest('sort_key', 'IMG.0001', 'Images are not sorted by this.');
  const direction = asked.get('sort_dir') ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') {
    throwInvalidRequest('sort_dir', 'IMG.0001', '"sort_dir" must be asc or desc.');
  }
  const descending = direction === 'desc';
  return field === 'id'
    ? [{ field, descending }]
    : [
        { field, descending },
        { field: 'id', descending },
      ];
}
