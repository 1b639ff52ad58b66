import { countCodePoints } from '../../../core/tag';
import type { GlanceRelease } from '../release';
import { maxQuoteLength, quoteValue } from './quoted-text';
import { pythonRepr, WholeFloat } from './python-text';

/** As much of JSON schema as Glance's own schemas use. The order of members is the order of checks. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  /** `#/definitions/…`, of the outermost schema. */
  readonly $ref?: string;
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
  readonly [annotation: string]: unknown;
}

type Path = readonly (string | number)[];

interface Violation {
  readonly message: string;
  readonly keyword: string;
  readonly schema: JsonSchema;
  readonly schemaPath: Path;
  readonly instance: unknown;
  readonly path: Path;
}

/** Members of an object of JSON, in the order they were sent. */
export type JsonObject = ReadonlyMap<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return value instanceof Map;
}

/**
 * Why a value does not match, in the words of the validator that Glance uses; undefined when it does.
 * Of several faults it reports the outermost, and there a wrong type before a wrong value; newer validators (jsonschema from
 * 4.21 on) the one whose path comes last in the alphabet.
 */
export function schemaFault(
  schema: JsonSchema,
  instance: unknown,
  release: GlanceRelease,
): string | undefined {
  let worst: Violation | undefined;
  for (const found of violations({ root: schema, schemaPath: [], path: [] }, schema, instance)) {
    if (worst === undefined || isWorse(found, worst, release)) worst = found;
  }
  return worst && describe(worst, release);
}

function isWorse(a: Violation, b: Violation, release: GlanceRelease): boolean {
  if (a.path.length !== b.path.length) return a.path.length < b.path.length;
  const order = release === 'zed' ? 0 : comparePaths(a.path, b.path);
  if (order !== 0) return order > 0;
  return !hasDeclaredType(a) && hasDeclaredType(b);
}

function hasDeclaredType({ schema, instance }: Violation): boolean {
  return schema.type !== undefined && typesOf(schema.type).some((type) => isOfType(instance, type));
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [x = '', y = ''] = [a[at], b[at]];
  return at < 0 ? 0 : x < y ? -1 : 1;
}

function describe(
  { message, keyword, schema, schemaPath, instance, path }: Violation,
  release: GlanceRelease,
): string {
  const order = release === 'zed' ? 'sorted' : 'sent';
  const shown = (value: unknown): string => quoteValue(value, order);
  const where = `schema${indexed(schemaPath)}`;
  return (
    `${message.slice(0, maxQuoteLength)}\n\nFailed validating ${pythonRepr(keyword)} in ${where}:\n    ${shown(schema)}` +
    `\n\nOn instance${indexed(path)}:\n    ${shown(instance)}`
  );
}

function indexed(path: Path): string {
  return path.map((step) => `[${pythonRepr(step)}]`).join('');
}

/** Where a value is held against a schema. */
interface Place {
  readonly root: JsonSchema;
  readonly schemaPath: Path;
  readonly path: Path;
}

function below(place: Place, schemaSteps: Path, steps: Path = []): Place {
  const { root, schemaPath, path } = place;
  return { root, schemaPath: [...schemaPath, ...schemaSteps], path: [...path, ...steps] };
}

function* violations(place: Place, schema: JsonSchema, instance: unknown): Generator<Violation> {
  const { schemaPath, path } = place;
  for (const [keyword, rule] of Object.entries(schema)) {
    const message = simpleFault(keyword, rule, instance);
    if (message !== undefined) yield { message, keyword, schema, schemaPath, instance, path };
    yield* schemaViolations(place, keyword, rule, instance);
    if (keyword === 'items' && Array.isArray(instance)) {
      for (const [index, item] of instance.entries()) {
        yield* violations(below(place, ['items'], [index]), rule as JsonSchema, item);
      }
    }
    if (!isJsonObject(instance)) continue;
    if (keyword === 'properties') yield* memberViolations(place, schema, instance);
    if (keyword === 'additionalProperties') yield* extraViolations(place, schema, instance);
    if (keyword === 'required') {
      for (const name of rule as readonly string[]) {
        if (instance.has(name)) continue;
        const absent = `${pythonRepr(name)} is a required property`;
        yield { message: absent, keyword, schema, schemaPath, instance, path };
      }
    }
  }
}

/** Of other schemas that must hold, too. A reference leaves no trace in the path. */
function* schemaViolations(
  place: Place,
  keyword: string,
  rule: unknown,
  instance: unknown,
): Generator<Violation> {
  if (keyword === '$ref') {
    const name = (rule as string).replace('#/definitions/', '');
    yield* violations(place, place.root.definitions?.[name] ?? {}, instance);
  }
  if (keyword === 'allOf') {
    for (const [index, one] of (rule as readonly JsonSchema[]).entries()) {
      yield* violations(below(place, ['allOf', index]), one, instance);
    }
  }
}

function* memberViolations(place: Place, schema: JsonSchema, instance: JsonObject): Generator<Violation> {
  for (const [name, rule] of Object.entries(schema.properties ?? {})) {
    if (!instance.has(name)) continue;
    yield* violations(below(place, ['properties', name], [name]), rule, instance.get(name));
  }
}

function* extraViolations(place: Place, schema: JsonSchema, instance: JsonObject): Generator<Violation> {
  const extra = [...instance.keys()].filter((name) => !Object.hasOwn(schema.properties ?? {}, name));
  const rule = schema.additionalProperties;
  if (rule === false) {
    if (extra.length === 0) return;
    const verb = extra.length === 1 ? 'was' : 'were';
    const names = extra.map((name) => pythonRepr(name)).join(', ');
    const message = `Additional properties are not allowed (${names} ${verb} unexpected)`;
    const { schemaPath, path } = place;
    yield { message, keyword: 'additionalProperties', schema, schemaPath, instance, path };
    return;
  }
  for (const name of rule === undefined ? [] : extra) {
    yield* violations(below(place, ['additionalProperties'], [name]), rule ?? {}, instance.get(name));
  }
}

/** The keywords that look at the value alone. */
function simpleFault(keyword: string, rule: unknown, instance: unknown): string | undefined {
  switch (keyword) {
    case 'type': {
      const types = typesOf(rule as string | readonly string[]);
      if (types.some((type) => isOfType(instance, type))) return undefined;
      return `${pythonRepr(instance)} is not of type ${types.map((type) => pythonRepr(type)).join(', ')}`;
    }
    case 'enum':
      if ((rule as readonly unknown[]).includes(instance)) return undefined;
      return `${pythonRepr(instance)} is not one of ${pythonRepr(rule)}`;
    case 'maxLength':
      if (typeof instance !== 'string' || countCodePoints(instance) <= (rule as number)) return undefined;
      return `${pythonRepr(instance)} is too long`;
    case 'minLength':
      if (typeof instance !== 'string' || countCodePoints(instance) >= (rule as number)) return undefined;
      return `${pythonRepr(instance)} is too short`;
    case 'pattern':
      if (typeof instance !== 'string' || compiled(rule as string).test(instance)) return undefined;
      return `${pythonRepr(instance)} does not match ${pythonRepr(rule)}`;
    default:
      return listFault(keyword, rule, instance) ?? rangeFault(keyword, rule, instance);
  }
}

function listFault(keyword: string, rule: unknown, instance: unknown): string | undefined {
  if (!Array.isArray(instance)) return undefined;
  if (keyword === 'minItems' && instance.length < (rule as number)) {
    return `${pythonRepr(instance)} is too short`;
  }
  if (keyword !== 'uniqueItems' || rule !== true) return undefined;
  const different = new Set(
    instance.map((item) => (isNumber(item) ? Number(item) : pythonRepr(item, 'sorted'))),
  );
  return different.size < instance.length ? `${pythonRepr(instance)} has non-unique elements` : undefined;
}

function rangeFault(keyword: string, rule: unknown, instance: unknown): string | undefined {
  if (keyword !== 'minimum' || !isNumber(instance) || Number(instance) >= (rule as number)) return undefined;
  return `${pythonRepr(instance)} is less than the minimum of ${pythonRepr(rule)}`;
}

function isNumber(value: unknown): value is number | bigint | WholeFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeFloat;
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const made = new RegExp(pattern, 'u');
  patterns.set(pattern, made);
  return made;
}

function typesOf(type: string | readonly string[]): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value) || value instanceof WholeFloat;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'number':
      return isNumber(value);
    default:
      return typeof value === type;
  }
}
