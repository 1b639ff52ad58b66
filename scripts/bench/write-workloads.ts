import * as tagStatements from '../../src/storage/tags/tag-statements';
import { bound, imageOf, literal, textArray, walking } from './pgbench-script';
import { imageIdSql, keys, type Site } from './site';
import { each, type Workload } from './workload';

const bench = { name: 'bench', key: 'bench', value: '' };
const moment = 'now()';

/** PUTs run ahead of the DELETEs by so many images, more than can ever be under way. */
const lead = (site: Site): number => Math.floor(site.reach / 10);

const putAndDelete: Workload = {
  name: 'put+delete',
  api: 'openstack',
  requests: (site) =>
    each(site.reach, (k) => {
      const tag = (place: number): string =>
        `/v2/images/${site.imageAt(place % site.reach)}/tags/${bench.name}`;
      return [
        { method: 'PUT', path: tag(k) },
        { method: 'DELETE', path: tag(k + site.reach - lead(site)) },
      ];
    }).flat(),
  pgbench: (site) => {
    const image = [literal(site.project), imageOf(site), moment, literal(bench.name)];
    const put = bound(tagStatements.addTag, [...image, literal(bench.key), literal(bench.value), '128']);
    const script = walking(0, site.reach, [put, bound(tagStatements.removeTag, image)]);
    return { script, requests: 2, prepared: true };
  },
  prepare: (site) => [
    `delete from image_tags where project_id = ${literal(site.project)} and key = ${literal(bench.key)}`,
    tagged(site, [site.reach - lead(site), site.reach], [bench]),
  ],
  clean: (site) => [`delete from image_tags where project_id = ${literal(site.project)} and key = 'bench'`],
};

const deleted = each(5, (index) => ({ name: `d${String(index)}=v`, key: `d${String(index)}`, value: 'v' }));

const keyDelete: Workload = {
  name: 'key-delete',
  api: 'huawei',
  requests: (site) =>
    deleted.flatMap(({ key }) =>
      each(site.reach, (k) => ({
        method: 'DELETE',
        path: `/v2/${site.project}/images/${site.imageAt(k)}/tags/${key}`,
      })),
    ),
  pgbench: (site) => {
    const values = [literal(site.project), imageOf(site), moment, `'d' || :d`];
    const pass = `\\set d ((:n * :clients + :client_id) / ${String(site.reach)}) % ${String(deleted.length)}`;
    const script = walking(0, site.reach, [pass, bound(tagStatements.removeKey, values)]);
    return { script, requests: 1, prepared: true };
  },
  prepare: (site) => [tagged(site, [0, site.reach], deleted)],
  clean: (site) => [untagged(site, deleted)],
};

/** Ten are named, five are there. */
const batch = each(10, (index) => ({ name: `b${String(index)}=v`, key: `b${String(index)}`, value: 'v' }));
const present = batch.slice(0, 5);

const batchDelete: Workload = {
  name: 'batch-delete',
  api: 'huawei',
  requests: (site) => {
    const body = JSON.stringify({ tags: batch.map(({ key, value }) => ({ key, value })) });
    return each(2 * site.reach, (k) => ({
      method: 'DELETE',
      path: `/v1/${site.project}/cloudimages/${site.imageAt(site.reach + k)}/tags/delete`,
      body,
    }));
  },
  pgbench: (site) => {
    const pairs = [
      textArray([]),
      textArray(batch.map(({ key }) => key)),
      textArray(batch.map(({ value }) => value)),
    ];
    const values = [literal(site.project), imageOf(site), moment, ...pairs];
    const script = walking(site.reach, 2 * site.reach, [bound(tagStatements.removePairs, values)]);
    return { script, requests: 1, prepared: true };
  },
  prepare: (site) => [tagged(site, [site.reach, 3 * site.reach], present)],
  clean: (site) => [untagged(site, present)],
};

/** The ten keys that an image may have; their values change with every pass, so each request writes ten rows. */
const batchCreate: Workload = {
  name: 'batch-create',
  api: 'huawei',
  requests: (site) =>
    ['a', 'b'].flatMap((value) => {
      const body = JSON.stringify({ action: 'create', tags: keys.map((key) => ({ key, value })) });
      return each(site.reach, (k) => ({
        method: 'POST',
        path: `/v2/${site.project}/images/${site.imageAt(3 * site.reach + k)}/tags/action`,
        body,
      }));
    }),
  pgbench: (site) => {
    const turn = `\\set p ((:n * :clients + :client_id) / ${String(site.reach)}) % 2`;
    const value = `case when :p = 0 then 'a' else 'b' end`;
    const names = `array(select k || '=' || (${value}) from unnest(${textArray(keys)}) as k)`;
    const values = `array_fill(${value}, array[10])`;
    const all = [literal(site.project), imageOf(site), moment, names, textArray(keys), values, '10'];
    const script = walking(3 * site.reach, site.reach, [turn, bound(tagStatements.setTags, all)]);
    return { script, requests: 1, prepared: true };
  },
};

interface FilledTag {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** Gives the images at these places these tags, unless they have them. */
function tagged(site: Site, [from, to]: readonly [number, number], tags: readonly FilledTag[]): string {
  const column = (field: keyof FilledTag): string => textArray(tags.map((tag) => tag[field]));
  return `insert into image_tags (project_id, image_id, name, key, value)
    select ${literal(site.project)}, ${imageIdSql(site.images, 'k')}, t.*
    from generate_series(${String(from)}, ${String(to - 1)}) as k,
      unnest(${column('name')}, ${column('key')}, ${column('value')}) as t (name, key, value)
    on conflict do nothing`;
}

function untagged(site: Site, tags: readonly FilledTag[]): string {
  const keyList = textArray(tags.map(({ key }) => key));
  return `delete from image_tags where project_id = ${literal(site.project)} and key = any(${keyList})`;
}

export const writeWorkloads: readonly Workload[] = [putAndDelete, keyDelete, batchDelete, batchCreate];
