import type { Clock } from '../../core/clock';
import type { EndpointFilterStore } from '../endpoint-filter-ports';
import { type Attributes, type DirectoryEntity, type EntityStore, textAttribute } from '../entity-ports';
import { LookupCache } from '../lookup-cache';
import { isEndpointInGroup } from './endpoint-match';

export interface CatalogService {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

export interface CatalogEndpoint {
  readonly id: string;
  readonly interface: string;
  readonly regionId: string | null;
  /** `$(root)s` stands for where the client has reached the gateway. */
  readonly url: string;
  /** What else was said of it: a description, a name. */
  readonly more: Attributes;
}

const key = 'catalog';

/** In this order: some clients take the first endpoint. */
const faces = ['public', 'internal', 'admin'];

/** All services, and the endpoints of the projects that do not see all of them. */
interface WholeCatalog {
  readonly services: readonly CatalogService[];
  readonly filters: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The catalog in tokens: registered and enabled services, cached for some seconds. */
export class Catalog {
  private readonly cache: LookupCache<WholeCatalog>;

  constructor(
    private readonly store: Pick<EntityStore, 'list'>,
    private readonly filter: Pick<EndpointFilterStore, 'associations'>,
    private readonly clock: Clock,
    seconds: number,
  ) {
    this.cache = new LookupCache(clock, 1, seconds);
  }

  clear(): void {
    this.cache.clear();
  }

  /** As a token for the project shows it. A project with endpoints of its own sees only these. */
  async services(projectId?: string): Promise<readonly CatalogService[]> {
    const known = this.cache.get(key, this.clock.now());
    const whole = known ?? (await this.cache.load(key, () => this.read()));
    const seen = projectId === undefined ? undefined : whole?.filters.get(projectId);
    if (!whole || !seen) return whole?.services ?? [];
    return whole.services.flatMap((service) => {
      const endpoints = service.endpoints.filter(({ id }) => seen.has(id));
      return endpoints.length === 0 ? [] : [{ ...service, endpoints }];
    });
  }

  private async read(): Promise<WholeCatalog> {
    const endpoints = await this.store.list('endpoint', {});
    return { services: await this.readServices(endpoints), filters: await this.readFilters(endpoints) };
  }

  private async readServices(endpoints: readonly DirectoryEntity[]): Promise<readonly CatalogService[]> {
    const services = await this.store.list('service', { enabled: true });
    const enabled = endpoints.filter((one) => one['enabled'] === true);
    const byType = [...services].sort((a, b) =>
      textAttribute(a['type']) < textAttribute(b['type']) ? -1 : 1,
    );
    return byType.map((service) => ({
      id: service.id,
      type: textAttribute(service['type']),
      name: textAttribute(service['name']),
      endpoints: faces.flatMap((face) =>
        enabled
          .filter((one) => one['service_id'] === service.id && one['interface'] === face)
          .map(endpointOf),
      ),
    }));
  }

  /** Endpoints that are disabled count: a project that has only these has an empty catalog, as in Keystone. */
  private async readFilters(endpoints: readonly DirectoryEntity[]): Promise<WholeCatalog['filters']> {
    const filters = new Map<string, Set<string>>();
    const add = (projectId: string, id: string): void => {
      filters.set(projectId, (filters.get(projectId) ?? new Set()).add(id));
    };
    for (const { projectId, id } of await this.filter.associations('endpoint')) add(projectId, id);
    const members = new Map(
      (await this.store.list('endpoint-group', {})).map((group) => [
        group.id,
        endpoints.filter((endpoint) => isEndpointInGroup(endpoint, group)),
      ]),
    );
    for (const { projectId, id } of await this.filter.associations('endpoint-group')) {
      for (const endpoint of members.get(id) ?? []) add(projectId, endpoint.id);
    }
    return filters;
  }
}

const shownApart = ['id', 'interface', 'region_id', 'service_id', 'url', 'enabled'];

function endpointOf(endpoint: DirectoryEntity): CatalogEndpoint {
  const region = endpoint['region_id'];
  return {
    id: endpoint.id,
    interface: textAttribute(endpoint['interface']),
    regionId: typeof region === 'string' ? region : null,
    url: textAttribute(endpoint['url']),
    more: Object.fromEntries(Object.entries(endpoint).filter(([name]) => !shownApart.includes(name))),
  };
}
