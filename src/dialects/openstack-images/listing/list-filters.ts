import { propertyCondition, imageTypeConditions } from '../../../core/computed-attributes';
import type { ComparisonOperator, ImageCondition, ImageField } from '../../../core/ports';
import { modelLimits } from '../../../core/limits';
import { pageError } from '../errors/page-error';
import { pythonInteger } from '../python/python-text';
import { parseMoment } from './moments';

const listable: Readonly<Record<string, ImageField>> = {
  name: 'name',
  id: 'id',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
};
const times: Readonly<Record<string, ImageField>> = { created_at: 'createdAt', updated_at: 'updatedAt' };
const texts: Readonly<Record<string, ImageField>> = {
  checksum: 'checksum',
  os_hash_algo: 'hashAlgo',
  os_hash_value: 'hashValue',
  owner: 'owner',
};
const numbers: Readonly<Record<string, ImageField>> = {
  size: 'size',
  virtual_size: 'virtualSize',
  min_disk: 'minDisk',
  min_ram: 'minRam',
};
const comparisons: readonly string[] = ['gt', 'gte', 'lt', 'lte', 'neq', 'eq'] satisfies ComparisonOperator[];

/** Filters that are read elsewhere. `deleted` is always overruled: deleted images are never listed. */
const notHere: readonly string[] = ['os_hidden', 'deleted'];

/** Computed, as what the absence of some properties means (divergence D26). */
const typeName = '__imagetype';

/**
 * The conditions of a list's filters. A name that is no field of an image is that of a custom property.
 * Glance reads these only once it knows that the caller may list at all.
 * @param asking the project for which the list is made
 * @throws PageError 400
 */
export function toImageConditions(
  filters: ReadonlyMap<string, string>,
  hidden: boolean,
  tags: readonly string[],
  asking: string | null,
): ImageCondition[] {
  const conditions: ImageCondition[] = [fieldIs('hidden', 'eq', hidden)];
  // `?tags=ab` means the tags `a` and `b`, one per character: Glance takes the text for a list.
  const wanted = new Set(tags.length > 0 ? tags : (filters.get('tags') ?? ''));
  refuseTooMany(wanted.size + filters.size - (filters.has('tags') ? 1 : 0));
  for (const name of wanted) conditions.push({ kind: 'tags', condition: { kind: 'name', name } });
  for (const [name, value] of filters) {
    if (name === 'tags' || notHere.includes(name)) continue;
    if (name === typeName) {
      conditions.push(...imageTypeConditions(value, asking));
      continue;
    }
    const condition = conditionOf(name, value);
    if (condition) conditions.push(condition);
  }
  return conditions;
}

/** @param sent distinct tags and other filters of the request; conditions that the service adds do not count */
function refuseTooMany(sent: number): void {
  const { searchConditions: most } = modelLimits;
  if (sent <= most) return;
  const counts = `Attempted: ${String(sent)}, Maximum: ${String(most)}`;
  throw pageError(400, `The limit has been exceeded on the number of filters of a list. ${counts}`);
}

function conditionOf(name: string, value: string): ImageCondition | undefined {
  if (name === 'visibility') return value === 'all' ? undefined : fieldIs('visibility', 'eq', value);
  if (name === 'protected') return fieldIs('protected', 'eq', value === 'true');
  const time = times[name];
  if (time) return timeCondition(name, time, value);
  const list = listable[name];
  if (list) return listCondition(list, value);
  const text = texts[name];
  if (text) return fieldIs(text, 'eq', value);
  const number = numbers[name];
  if (number)
    return fieldIs(number, 'eq', integerOf(value, `Invalid value '${value}' for '${name}' filter.`));
  return rangeCondition(name, value) ?? propertyCondition(name, value);
}

function fieldIs(
  field: ImageField,
  op: ComparisonOperator,
  value: string | number | boolean,
): ImageCondition {
  return { kind: 'field', field, op, value };
}

/** `size_min=1`, `min_ram_max=512` */
function rangeCondition(name: string, value: string): ImageCondition | undefined {
  if (!name.endsWith('_min') && !name.endsWith('_max')) return undefined;
  const bound = integerOf(value, 'Unable to filter on a range with a non-numeric value.');
  const field = numbers[name.slice(0, -4)];
  if (!field) throw pageError(400, `Unable to filter on a range of '${name.slice(0, -4)}'.`);
  return fieldIs(field, name.endsWith('_min') ? 'gte' : 'lte', bound);
}

function integerOf(text: string, refusal: string): number {
  const value = pythonInteger(text);
  if (value === undefined) throw pageError(400, refusal);
  const most = Number.MAX_SAFE_INTEGER;
  return Math.max(-most, Math.min(most, value));
}

/** `created_at=gte:2026-11-21T00:00:00Z`. A moment holds colons itself, so the whole is tried first. */
function timeCondition(name: string, field: ImageField, value: string): ImageCondition {
  const whole = parseMoment(value);
  const at = value.indexOf(':');
  const [op, text] =
    whole !== undefined || at < 0 ? ['eq', value] : [value.slice(0, at), value.slice(at + 1)];
  const moment = whole ?? parseMoment(text);
  if (moment === undefined) {
    throw pageError(400, `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`);
  }
  if (!comparisons.includes(op)) throw pageError(400, 'Unable to filter on a unknown operator.');
  return fieldIs(field, op as ComparisonOperator, moment);
}

/** `name=in:a,"b,c"` */
function listCondition(field: ImageField, value: string): ImageCondition {
  const at = value.indexOf(':');
  if (at < 0 || parseMoment(value) !== undefined) return fieldIs(field, 'eq', value);
  const op = value.slice(0, at);
  const text = value.slice(at + 1);
  if (op === 'eq') return fieldIs(field, 'eq', text);
  if (op === 'in') return { kind: 'field-in', field, values: quotedList(text) };
  throw pageError(400, `Unable to filter by unknown operator '${op}'.`);
}

/** Values with commas between; one in double quotes may hold commas itself. */
function quotedList(text: string): string[] {
  requireQuotes(text);
  const item = /"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/gs;
  return [...text.matchAll(item)].map(([, quoted, plain]) => quoted || (plain ?? ''));
}

function requireQuotes(text: string): void {
  const refuse = (fault: string): never => {
    throw pageError(400, `Invalid filter value ${text}. ${fault}`);
  };
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"' || (at > 0 && text[at - 1] === '\\')) continue;
    if (!inside && at > 0 && text[at - 1] !== ',') refuse('There is no comma before opening quotation mark.');
    if (inside && at + 1 < text.length && text[at + 1] !== ',') {
      refuse('There is no comma after closing quotation mark.');
    }
    inside = !inside;
  }
  if (inside) refuse('The quote is not closed.');
}
