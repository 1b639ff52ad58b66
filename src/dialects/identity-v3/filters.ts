import type { Request } from 'express';
import { HttpFault } from '../../http/errors';
import type { DirectoryEntity } from '../../identity/entity-ports';

/**
 * Lists are narrowed by attributes: `name=x`, and `name__contains`, `__startswith`, `__endswith`, each also with an `i`
 * in front for any letter case. As in Keystone, an unknown comparator narrows nothing, nor does an attribute by
 * which lists of this kind are not narrowed.
 */
export function filterByQuery<Thing extends Readonly<Record<string, unknown>>>(
  req: Request,
  things: readonly Thing[],
  filters: readonly string[],
): readonly Thing[] {
  if (!req.target.queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  const tests = req.target.query.flatMap(({ name, value }) => testOf(name, value, filters) ?? []);
  return things.filter((thing) => tests.every((test) => test(thing)));
}

type Test = (thing: Readonly<Record<string, unknown>>) => boolean;

function testOf(name: string, value: string, filters: readonly string[]): Test | undefined {
  if (filters.includes(name)) return (thing) => isEqual(thing[name], value);
  const [attribute = '', comparator = ''] = name.split('__', 2);
  if (!filters.includes(attribute) || comparator === '') return undefined;
  const anyCase = comparator.startsWith('i');
  const compare = comparators[anyCase ? comparator.slice(1) : comparator];
  if (!compare) return undefined;
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  return (thing) => {
    const found = thing[attribute];
    return typeof found === 'string' && compare(fold(found), fold(value));
  };
}

const comparators: Readonly<Record<string, (found: string, wanted: string) => boolean>> = {
  contains: (found, wanted) => found.includes(wanted),
  startswith: (found, wanted) => found.startsWith(wanted),
  endswith: (found, wanted) => found.endsWith(wanted),
};

function isEqual(found: unknown, wanted: string): boolean {
  if (typeof found === 'boolean') return found === isQueryFlagTrue(wanted);
  return typeof found === 'number' ? String(found) === wanted : found === wanted;
}

/** A flag in a query is true unless its value is false; an empty one is true. */
export function isQueryFlagTrue(text: string): boolean {
  return !['0', 'false', 'f', 'no', 'off', 'n'].includes(text.toLowerCase());
}

/** `?effective`, `?effective=1`, but not `?effective=0`. */
export function hasQueryFlag(req: Request, name: string): boolean {
  const found = req.target.query.find((pair) => pair.name === name);
  return found !== undefined && found.value !== '0';
}

export function queryParameter(req: Request, name: string): string | undefined {
  return req.target.query.find((pair) => pair.name === name)?.value;
}

/** `tags`, `tags-any`, `not-tags` and `not-tags-any` of projects, between commas. */
export function filterByTags(req: Request, projects: readonly DirectoryEntity[]): readonly DirectoryEntity[] {
  const wanted = (name: string): string[] | undefined => queryParameter(req, name)?.split(',');
  const [all, any, notAll, notAny] = ['tags', 'tags-any', 'not-tags', 'not-tags-any'].map(wanted);
  return projects.filter((project) => {
    const tags = project['tags'] as readonly string[];
    const has = (tag: string): boolean => tags.includes(tag);
    return (
      (all?.every(has) ?? true) &&
      (any?.some(has) ?? true) &&
      !(notAll?.every(has) ?? false) &&
      !(notAny?.some(has) ?? false)
    );
  });
}
