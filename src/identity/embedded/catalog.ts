import type { Clock } from '../../core/clock';
import { type DirectoryEntity, type EntityStore, textAttribute } from '../entity-ports';
import { LookupCache } from '../fresh-cache';

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
}

const key = 'catalog';

/** In this order: some clients take the first endpoint. */
const faces = ['public', 'internal', 'admin'];

/** The catalog in tokens: registered and enabled services, cached for some seconds. */
export class Catalog {
  private readonly cache: LookupCache<readonly CatalogService[]>;

  constructor(
    private readonly store: Pick<EntityStore, 'list'>,
    private readonly clock: Clock,
    seconds: number,
  ) {
    this.cache = new LookupCache(clock, 1, seconds);
  }

  clear(): void {
    this.cache.clear();
  }

  async services(): Promise<readonly CatalogService[]> {
    const known = this.cache.get(key, this.clock.now());
    return known ?? (await this.cache.load(key, () => this.read())) ?? [];
  }

  private async read(): Promise<readonly CatalogService[]> {
    const services = await this.store.list('service', { enabled: true });
    const endpoints = await this.store.list('endpoint', { enabled: true });
    const byType = [...services].sort((a, b) =>
      textAttribute(a['type']) < textAttribute(b['type']) ? -1 : 1,
    );
    return byType.map((service) => ({
      id: service.id,
      type: textAttribute(service['type']),
      name: textAttribute(service['name']),
      endpoints: faces.flatMap((face) =>
        endpoints
          .filter((one) => one['service_id'] === service.id && one['interface'] === face)
          .map(endpointOf),
      ),
    }));
  }
}

function endpointOf(endpoint: DirectoryEntity): CatalogEndpoint {
  const region = endpoint['region_id'];
  return {
    id: endpoint.id,
    interface: textAttribute(endpoint['interface']),
    regionId: typeof region === 'string' ? region : null,
    url: textAttribute(endpoint['url']),
  };
}
