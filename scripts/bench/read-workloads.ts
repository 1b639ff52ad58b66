import { type ImageQuery, ownImages } from '../../src/core/ports';
import { tagFromName } from '../../src/core/tag';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { listProjectPairs } from '../../src/storage/tags/tag-statements';
import { statementsOf } from '../../test/support/recorded-statements';
import { bound, imageOf, literal, sqlOf, walking } from './pgbench-script';
import { each, type PgbenchScript, type Workload } from './workload';

const show: Workload = {
  name: 'show',
  api: 'openstack',
  requests: (site) => each(site.reach, (k) => ({ method: 'GET', path: `/v2/images/${site.imageAt(k)}` })),
  pgbench: async (site) => {
    const ref = { projectId: site.project, imageId: '' };
    const sent = await statementsOf((database) => new PostgresImageStore(database).get(ref));
    const statements = sent.map(({ statement }) =>
      bound(statement, [literal(site.project), `array[${imageOf(site)}]`]),
    );
    return { script: walking(0, site.reach, statements), requests: 1, prepared: true };
  },
};

const byAge = [
  { field: 'createdAt', descending: true },
  { field: 'id', descending: true },
] as const;

function listOf(name: string, tags: readonly string[]): Workload {
  const query = {
    source: { own: true, public: true, community: false, shared: 'accepted', everyProject: false },
    where: [
      { kind: 'field', field: 'hidden', op: 'eq', value: false },
      ...tags.map((tag) => ({ kind: 'tags', condition: { kind: 'name', name: tag } }) as const),
    ],
    sort: byAge,
    marker: null,
    limit: 20,
    offset: 0,
  } as const satisfies Omit<ImageQuery, 'projectId'>;
  const path = `/v2/images?limit=20&${tags.map((tag) => `tag=${encodeURIComponent(tag)}`).join('&')}`;
  return {
    name,
    api: 'openstack',
    requests: () => [{ method: 'GET', path }],
    pgbench: (site) => composed([(search) => search.images({ ...query, projectId: site.project })]),
  };
}

/** Lists that have no image in common, so that nothing is shared but statements. */
const listsInTurn: Workload = {
  ...listOf('lists-in-turn', ['team=v0']),
  requests: () =>
    Array.from({ length: 97 }, (_, team) => ({
      method: 'GET',
      path: `/v2/images?limit=20&tag=${encodeURIComponent(`team=v${String(team)}`)}`,
    })),
};

const filterBuild = tagFromName('build=v7');

const resourceFilter: Workload = {
  name: 'filter',
  api: 'huawei',
  requests: (site) => {
    const tags = [{ key: filterBuild.key, values: [filterBuild.value] }];
    const body = JSON.stringify({ action: 'filter', tags, limit: '10', offset: '0' });
    return [{ method: 'POST', path: `/v2/${site.project}/images/resource_instances/action`, body }];
  },
  pgbench: (site) => {
    const condition = { kind: 'key', key: filterBuild.key, values: [filterBuild.value] } as const;
    const query = {
      projectId: site.project,
      source: ownImages,
      where: [{ kind: 'tags', condition }],
    } as const;
    return composed([
      (search) => search.count(query),
      (search) => search.images({ ...query, sort: byAge, marker: null, limit: 10, offset: 0 }),
    ]);
  },
};

const projectTags: Workload = {
  name: 'project-tags',
  api: 'huawei',
  requests: (site) => [{ method: 'GET', path: `/v2/${site.project}/images/tags` }],
  pgbench: (site) => ({
    script: `${bound(listProjectPairs, [literal(site.project)])}\n`,
    requests: 1,
    prepared: true,
  }),
};

async function composed(
  calls: readonly ((search: PostgresImageSearch) => Promise<unknown>)[],
): Promise<PgbenchScript> {
  const sent = await statementsOf(async (database) => {
    const search = new PostgresImageSearch(database);
    for (const call of calls) await call(search);
  });
  const statements = sent.map(({ statement, values }) => bound(statement, values.map(sqlOf)));
  return { script: `${statements.join('\n')}\n`, requests: 1, prepared: false };
}

export const readWorkloads: readonly Workload[] = [
  show,
  listOf('list-one-tag', ['env=v1']),
  listsInTurn,
  listOf('list-two-tags', ['env=v1', 'build=v7']),
  resourceFilter,
  projectTags,
];
