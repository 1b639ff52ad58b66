import { MetadefRefused, type MetadefTarget } from './metadef';
import type { MetadefAddOutcome } from './ports';

/** @throws MetadefRefused for what was not stored */
export function throwUnlessAdded(added: MetadefAddOutcome, namespace: string, sought: MetadefTarget): void {
  switch (added.kind) {
    case 'done':
      return;
    case 'namespace-missing':
      throw new MetadefRefused({ kind: 'metadef-namespace-missing', namespace, hidden: false, sought });
    case 'taken':
      throw new MetadefRefused({
        kind: 'metadef-taken',
        what: added.what,
        name: added.first,
        namespace,
        before: null,
      });
    case 'metadef-limit-reached':
      throw new MetadefRefused(added);
  }
}
