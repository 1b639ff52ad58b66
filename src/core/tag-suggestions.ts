import type { Caller } from './caller';
import { Refused } from './errors';
import { roleAllows } from './policy';
import type { TagUseCount } from './project-statistics';

export interface SuggestionQuery {
  readonly projectId: string;
  /** The key whose values to suggest; null: suggest keys. */
  readonly key: string | null;
  /** Prefix of the key or value. */
  readonly prefix: string;
  readonly limit: number;
}

export interface SuggestionStore {
  /** Most used first. */
  suggest(query: SuggestionQuery): Promise<readonly TagUseCount[]>;
}

const limit = 20;

/** Keys and values of a project, for completion. */
export class SuggestionService {
  constructor(private readonly store: SuggestionStore) {}

  /** Of the images of the caller's project. @throws Refused not-allowed */
  async ofProject(caller: Caller, key: string | null, prefix: string): Promise<readonly TagUseCount[]> {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return this.store.suggest({ projectId: caller.projectId, key, prefix, limit });
  }
}
