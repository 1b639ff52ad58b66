import { tagFromPair } from '../../src/core/tag';
import type { TagChange } from '../../src/core/tag-change';
import { changeValues } from '../../src/storage/tags/change-parameters';
import { changeTagsOfOne } from '../../src/storage/tags/change-statement';
import { bound, imageOf, literal, textArray, textWith, walking } from './pgbench-script';
import { imageIdSql, keys, type Site } from './site';
import { each, type Workload } from './workload';

const bench = { name: 'bench', key: 'bench', value: '' };

/** Stand for what pgbench knows when it sends a statement. */
const [imageHere, momentHere, valueHere] = ['{{image}}', '{{moment}}', '{{value}}'] as const;

/** The gateway's statement for one change. @param value SQL for what the texts of the change say as `valueHere` */
function changing(site: Site, named: Partial<TagChange>, value = "''"): string {
  const image = { projectId: site.project, imageId: imageHere };
  const by = {
    ...{ userId: 'bench', userName: 'bench', projectId: site.project },
    ...{ dialect: 'bench', operation: 'bench', requestId: null, accessKey: null },
  };
  const nothing = { remove: [], put: [], limit: null, mustExist: false, ifRevision: null };
  const change = { image, by, at: momentHere, ...nothing, ...named };
  const known = { [imageHere]: imageOf(site), [momentHere]: 'now()::text', [valueHere]: value };
  const sqlOf = (value: unknown): string =>
    Array.isArray(value) ? `array[${value.map(sqlOf).join(', ')}]::text[]` : textWith(value, known);
  return bound(changeTagsOfOne, changeValues([change]).map(sqlOf));
}

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
    const put = changing(site, { put: [bench], limit: 128 });
    const taken = changing(site, { remove: [{ name: bench.name }], mustExist: true });
    const script = walking(0, site.reach, [put, taken]);
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
    const pass = `\\set d ((:n * :clients + :client_id) / ${String(site.reach)}) % ${String(deleted.length)}`;
    const remove = [{ key: `d${valueHere}`, value: null }];
    const script = walking(0, site.reach, [pass, changing(site, { remove, mustExist: true }, ':d::text')]);
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
    const script = walking(site.reach, 2 * site.reach, [
      changing(site, { remove: batch.map(({ key, value }) => ({ key, value })) }),
    ]);
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
    const put = keys.map((key) => tagFromPair({ key, value: valueHere }));
    const change = { put, remove: keys.map((key) => ({ key, value: null })), limit: 10 };
    const statement = changing(site, change, `case when :p = 0 then 'a' else 'b' end`);
    const script = walking(3 * site.reach, site.reach, [turn, statement]);
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
