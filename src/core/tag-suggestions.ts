import type { Caller } from './caller';
import { Refused } from './errors';
import { roleAllows } from './policy';
import type { Use } from './project-statistics';

export interface SuggestionQuery {
  readonly projectId: string;
  /** Whose values are suggested; null: keys are. */
  readonly key: string | null;
  /** What the key or value begins with. */
  readonly prefix: string;
  readonly limit: number;
}

export interface SuggestionStore {
  /** The most used ones first. */
  suggest(query: SuggestionQuery): Promise<readonly Use[]>;
}

const limit = 20;

/** Keys and values of a project, to complete what somebody types. */
export class SuggestionService {
  constructor(private readonly store: SuggestionStore) {}

  /** Of the images of the caller's project. @throws Refused not-allowed */
  async ofProject(caller: Caller, key: string | null, prefix: string): Promise<readonly Use[]> {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return this.store.suggest({ projectId: caller.projectId, key, prefix, limit });
  }
}
