import type { Clock } from '../clock';
import { MetadefAccess } from './metadef-access';
import { MetadefService } from './metadef-service';
import { NamespaceService } from './namespace-service';
import type { MetadefStore } from './ports';

/** Definitions of metadata: namespaces, and what they hold. */
export interface Metadefs {
  readonly namespaces: NamespaceService;
  readonly items: MetadefService;
}

export function createMetadefs(store: MetadefStore, clock: Clock): Metadefs {
  const access = new MetadefAccess(store);
  return {
    namespaces: new NamespaceService(store, access, clock),
    items: new MetadefService(store, access, clock),
  };
}
