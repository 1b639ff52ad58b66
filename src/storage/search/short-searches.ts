import type { ImageQuery } from '../../core/ports';
import { type Tag, tagFromName } from '../../core/tag';
import { ordersByAge } from './image-order';
import { type PageForm, pageFormOf } from './page-finder';
import type { SqlBinding, SqlClause } from './sql-clause';

/** Pages of these sizes have named statements: every size would be too many of them. */
export const namedLimits = [10, 20, 25, 50, 100, 500, 1000];

/** How the statement of a search is made where its values do not matter. */
export interface SearchSetting {
  readonly hasVersions: boolean;
  readonly citus: boolean;
  /** rows that it may read */
  readonly bound: number;
}

export interface ShortSearch {
  readonly form: PageForm;
  readonly bindings: readonly SqlBinding[];
}

/** No text of a request holds NUL, so that a stand-in is found again among the bindings. */
const standIns = { project: '\0project', key: '\0key', value: '\0value', createdAt: '\0created', id: '\0id' };

interface KeptForm {
  readonly form: PageForm;
  /** With stand-ins for the values of a request. */
  readonly bindings: readonly SqlBinding[];
}

/** Of limits, orders and selections there are some hundreds of forms. */
const mostForms = 500;

/**
 * Pages by age with one tag or without: the most common searches. Two of a form differ in their values alone, so that the statement
 * of each form is made once; making it for each request took a fifth of a list's time.
 */
export class ShortSearches {
  private readonly forms = new Map<string, KeptForm>();

  /** @param pageOf the statement of a search that has stand-ins for its values */
  constructor(
    private readonly pageOf: (query: ImageQuery, setting: SearchSetting) => SqlClause | undefined,
  ) {}

  /** Undefined for every other search. */
  of(query: ImageQuery, setting: SearchSetting): ShortSearch | undefined {
    const tag = soleTagOf(query);
    if (tag === undefined || !isByAge(query)) return undefined;
    const key = keyOf(query, tag, setting);
    const kept = this.forms.get(key) ?? this.keep(key, query, tag, setting);
    if (kept === undefined) return undefined;
    const values = valuesOf(query, tag);
    const valueOf = (binding: SqlBinding): SqlBinding => replaced(binding, values);
    return { form: kept.form, bindings: kept.bindings.map(valueOf) };
  }

  private keep(
    key: string,
    query: ImageQuery,
    tag: Tag | null,
    setting: SearchSetting,
  ): KeptForm | undefined {
    const page = this.pageOf(withStandIns(query, tag), setting);
    if (page === undefined) return undefined;
    const kept = { form: pageFormOf(standIns.project, page), bindings: page.bindings };
    if (this.forms.size >= mostForms) this.forms.clear();
    this.forms.set(key, kept);
    return kept;
  }
}

/** Null: no tag; undefined: the search has other conditions than one tag and whether images are hidden. */
function soleTagOf({ where }: ImageQuery): Tag | null | undefined {
  let tag: Tag | null = null;
  for (const one of where) {
    if (one.kind === 'tags' && one.condition.kind === 'name' && tag === null)
      tag = tagFromName(one.condition.name);
    else if (one.kind !== 'field' || one.field !== 'hidden' || one.op !== 'eq') return undefined;
  }
  return tag;
}

function isByAge({ source, sort, offset, limit }: ImageQuery): boolean {
  return source.own && offset === 0 && namedLimits.includes(limit) && ordersByAge({ keys: sort });
}

function keyOf(query: ImageQuery, tag: Tag | null, { hasVersions, citus, bound }: SearchSetting): string {
  const { source, where, sort, marker, limit } = query;
  let key = `${String(limit)} ${String(bound)} ${String(hasVersions)} ${String(citus)} ${tagForm(tag)} ${String(marker !== null)}`;
  key += ` ${String(source.public)} ${String(source.community)} ${source.shared} ${String(source.everyProject)} ${String(sort[0]?.descending)}`;
  for (const one of where) if (one.kind === 'field') key += ` ${String(one.value)}`;
  return key;
}

/** An empty value is a part of the form: `key` and `key=` are the same pair. */
function tagForm(tag: Tag | null): string {
  if (tag === null) return 'none';
  if (tag.value !== '') return 'pair';
  return tag.name === tag.key ? 'key' : 'key=';
}

function withStandIns(query: ImageQuery, tag: Tag | null): ImageQuery {
  const { marker, where } = query;
  const text = tag && tagText(tag);
  return {
    ...query,
    projectId: standIns.project,
    marker: marker && { ...marker, createdAt: standIns.createdAt, imageId: standIns.id },
    where: where.map((one) =>
      one.kind === 'tags' && text !== null ? { kind: 'tags', condition: { kind: 'name', name: text } } : one,
    ),
  };
}

function tagText(tag: Tag): string {
  const form = tagForm(tag);
  if (form === 'key') return standIns.key;
  return form === 'pair' ? `${standIns.key}=${standIns.value}` : `${standIns.key}=`;
}

/** By stand-in. */
function valuesOf({ projectId, marker }: ImageQuery, tag: Tag | null): ReadonlyMap<SqlBinding, string> {
  const values = new Map<SqlBinding, string>([[standIns.project, projectId]]);
  if (tag) {
    values.set(tagText(tag), tag.name).set(standIns.value, tag.value).set(standIns.key, tag.key);
  }
  if (marker) values.set(standIns.createdAt, marker.createdAt).set(standIns.id, marker.imageId);
  return values;
}

function replaced(binding: SqlBinding, values: ReadonlyMap<SqlBinding, string>): SqlBinding {
  if (typeof binding === 'string') return values.get(binding) ?? binding;
  if (typeof binding !== 'object' || binding === null) return binding;
  return binding.map((one) => (typeof one === 'string' ? (values.get(one) ?? one) : one));
}
