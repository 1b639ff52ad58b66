import type { Caller } from '../caller';
import { isAdmin } from '../policy';
import {
  isNamespaceVisible,
  type MetadefAction,
  type MetadefNamespace,
  MetadefRefused,
  type MetadefTarget,
} from './metadef';
import type { MetadefStore } from './ports';

/** Who may do what with definitions: readers read, administrators write (secure RBAC). */
export class MetadefAccess {
  constructor(private readonly store: MetadefStore) {}

  /** A namespace that the caller may read. @throws MetadefRefused metadef-namespace-missing, metadef-not-readable */
  async readable(caller: Caller, name: string, sought: MetadefTarget): Promise<MetadefNamespace> {
    const found = await this.visible(caller, name, sought);
    requireMetadefReader(caller, found);
    return found;
  }

  /** A namespace that the caller may change so. @throws MetadefRefused as readable, and metadef-not-allowed */
  async writable(
    caller: Caller,
    name: string,
    action: MetadefAction,
    sought: MetadefTarget,
  ): Promise<MetadefNamespace> {
    const found = await this.visible(caller, name, sought);
    requireMetadefAdmin(caller, action, found);
    return found;
  }

  /** @throws MetadefRefused metadef-namespace-missing */
  async visible(caller: Caller, name: string, sought: MetadefTarget): Promise<MetadefNamespace> {
    const found = await this.store.findNamespace(name);
    if (found && isNamespaceVisible(caller, found)) return found;
    throw new MetadefRefused({
      kind: 'metadef-namespace-missing',
      namespace: name,
      hidden: found !== undefined,
      sought,
    });
  }
}

/** @param namespace null: any @throws MetadefRefused metadef-not-readable */
export function requireMetadefReader(caller: Caller, namespace: MetadefNamespace | null): void {
  if (!mayRead(caller, namespace)) throw new MetadefRefused({ kind: 'metadef-not-readable' });
}

/** @throws MetadefRefused metadef-not-readable, metadef-not-allowed */
export function requireMetadefAdmin(
  caller: Caller,
  action: MetadefAction,
  namespace: MetadefNamespace | null,
): void {
  if (isAdmin(caller)) return;
  requireMetadefReader(caller, namespace);
  throw new MetadefRefused({ kind: 'metadef-not-allowed', action });
}

function mayRead(caller: Caller, namespace: MetadefNamespace | null): boolean {
  if (caller.scope !== 'project' || caller.accessLevel === 'none') return false;
  if (caller.accessLevel === 'admin' || namespace === null) return true;
  return namespace.owner === caller.projectId || namespace.visibility === 'public';
}
