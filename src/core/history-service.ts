import type { Caller } from './caller';
import type { Instant } from './clock';
import { Refused } from './errors';
import {
  type HistoryQuery,
  HistoryRefused,
  type HistoryRange,
  type HistoryStore,
  type CurrentTags,
  type RecordedChange,
  unrecordedDialect,
} from './history';
import type { ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { requireProjectAccess } from './project-settings';
import { compareByCodePoint } from './tag';

/** An image's tags at a past revision. */
export interface PastTags {
  readonly revision: number;
  /** When the change was made; unknown for an image's first state. */
  readonly at: Instant | null;
  readonly tags: readonly string[];
}

/** A past state, by revision or by moment. */
export type PastMoment = { readonly revision: number } | { readonly at: Instant };

/** The history of a project's tags. Every method throws `Refused`; callers act in their own project. */
export class HistoryService {
  constructor(
    private readonly store: HistoryStore,
    private readonly access: ImageAccess,
  ) {}

  /** Newest first, below a revision. A deleted image keeps its history. */
  async ofImage(
    caller: Caller,
    imageId: string,
    limit: number,
    before: number | null,
  ): Promise<readonly RecordedChange[]> {
    const image = { projectId: requireProjectAccess(caller, 'get_images'), imageId };
    const [found, present] = await Promise.all([
      this.store.ofImage(image, limit, before),
      this.store.present(image),
    ]);
    if (present === undefined && found.length === 0) await this.requireHistory(caller, image);
    if (present === undefined || before !== null || present.isRecorded) return found;
    return [unrecordedChange(image, present), ...found].slice(0, limit);
  }

  async ofProject(
    caller: Caller,
    query: Omit<HistoryQuery, 'projectId'>,
  ): Promise<readonly RecordedChange[]> {
    return this.store.ofProject({ ...query, projectId: requireProjectAccess(caller, 'get_images') });
  }

  /** @throws HistoryRefused history-expired, revision-not-found */
  async tagsAt(caller: Caller, imageId: string, moment: PastMoment): Promise<PastTags> {
    const image = { projectId: requireProjectAccess(caller, 'get_images'), imageId };
    const [recorded, present] = await Promise.all([this.store.reach(image), this.store.present(image)]);
    if (present === undefined && recorded === undefined) await this.requireHistory(caller, image);
    // States before an unrecorded change are unknown.
    const reach = present?.isRecorded === false ? undefined : recorded;
    const past = await this.past(image, moment, reach);
    if (past) return past;
    if (present && isNow(moment, present)) return { ...present, at: null };
    const newest = Math.max(present?.revision ?? 0, recorded?.newest.revision ?? 0);
    if ('revision' in moment && moment.revision > newest) {
      throw new HistoryRefused({ kind: 'revision-not-found', imageId, revision: moment.revision });
    }
    const oldest = reach ? oldestOf(reach) : (present?.revision ?? newest);
    throw new HistoryRefused({ kind: 'history-expired', imageId, oldest });
  }

  /** The change that led to a revision. @throws HistoryRefused history-expired, revision-not-found */
  async change(caller: Caller, imageId: string, revision: number): Promise<RecordedChange> {
    const image = { projectId: requireProjectAccess(caller, 'get_images'), imageId };
    const found = await this.store.change(image, revision);
    if (found && found.by.dialect !== unrecordedDialect) return found;
    const [reach, present] = await Promise.all([this.store.reach(image), this.store.present(image)]);
    if (present === undefined && reach === undefined) await this.requireHistory(caller, image);
    const newest = Math.max(present?.revision ?? 0, reach?.newest.revision ?? 0);
    if (revision > newest) throw new HistoryRefused({ kind: 'revision-not-found', imageId, revision });
    throw new HistoryRefused({ kind: 'history-expired', imageId, oldest: reach ? oldestOf(reach) : newest });
  }

  /** The changes after a revision, newest first. */
  async since(image: ImageRef, revision: number, most: number): Promise<readonly RecordedChange[]> {
    const found = await this.store.ofImage(image, most, null);
    return found.filter((change) => change.revision > revision);
  }

  private async past(
    image: ImageRef,
    moment: PastMoment,
    reach: HistoryRange | undefined,
  ): Promise<PastTags | undefined> {
    if (!reach) return undefined;
    const { oldest } = reach;
    if ('revision' in moment && moment.revision === oldest.revision - 1) return before(oldest);
    const found =
      'revision' in moment
        ? await this.store.change(image, moment.revision)
        : await this.store.lastBefore(image, moment.at);
    if (!found || found.revision < oldest.revision) return undefined;
    return { revision: found.revision, at: found.at, tags: found.tags };
  }

  /** A caller may see another project's image, but not its history. */
  private async requireHistory(caller: Caller, { projectId, imageId }: ImageRef): Promise<void> {
    const image = await this.access.resolve(caller, imageId, 'get_image');
    if (image.projectId === projectId) return;
    throw new Refused({ kind: 'not-allowed', action: 'get_image', because: 'owner', imageId });
  }
}

/** The state before a change follows from it, unless the change is unrecorded. */
function before({ revision, added, removed, tags, by }: RecordedChange): PastTags | undefined {
  if (by.dialect === unrecordedDialect) return undefined;
  const gone = new Set(added);
  const names = [...tags.filter((name) => !gone.has(name)), ...removed].sort(compareByCodePoint);
  return { revision: revision - 1, at: null, tags: names };
}

function oldestOf({ oldest }: HistoryRange): number {
  return oldest.by.dialect === unrecordedDialect ? oldest.revision : oldest.revision - 1;
}

function isNow(moment: PastMoment, { revision, updatedAt }: CurrentTags): boolean {
  return 'revision' in moment ? moment.revision === revision : moment.at >= updatedAt;
}

/** The last change by a build without history; the next recorded change stores it like this. */
function unrecordedChange(image: ImageRef, { revision, updatedAt, tags }: CurrentTags): RecordedChange {
  const by = {
    userId: '',
    userName: '',
    projectId: null,
    operation: 'none',
    requestId: null,
    accessKey: null,
  };
  const nothing = { added: [], removed: [], reverts: null, batch: null };
  return { ...image, revision, at: updatedAt, ...nothing, tags, by: { ...by, dialect: unrecordedDialect } };
}
