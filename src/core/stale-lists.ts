import { type Caller, isRequestWithoutGuard } from './caller';
import { Refused } from './errors';
import type { ImageRef } from './image';
import type { Observe } from './observe';
import type { ProjectSettings, ProjectSettingsStore, StaleListMode } from './project-settings';
import { tagNames, type Tag } from './tag';
import type { TagChangeDone } from './tag-change';

/** An image's tags as a writer was last shown them. */
export interface ShownTags {
  readonly revision: number;
  readonly names: readonly string[];
}

/** What was shown to whom. Bounded, and of this process. */
export interface ShownTagsStore {
  get(session: string, image: ImageRef): ShownTags | undefined;
  set(session: string, image: ImageRef, shown: ShownTags): void;
  /** @param projectId null: of every project */
  forget(projectId: string | null): void;
}

/** As services of images and tags use it. */
export type StaleListWatch = Pick<StaleListDetector, 'advance' | 'checkOf' | 'shown'>;

/** A whole list was made from an older state than it met. */
export interface StaleListObservation {
  readonly kind: 'stale-list';
  readonly mode: StaleListMode;
  readonly projectId: string;
  readonly imageId: string;
  readonly userId: string;
  readonly requestId: string | null;
  readonly shownRevision: number;
  readonly revision: number;
  /** Tags of others that the list removes, and tags that others removed and it brings back. */
  readonly removes: readonly string[];
  readonly restores: readonly string[];
}

/** ms; other processes learn of a changed setting within this time */
const refreshMs = 10_000;

/**
 * Whole lists of tags that were made from an older state: clients read an image, change its list and send all of it, and
 * so undo what others did in between. Remembers what each writer was shown, in projects that want it.
 */
export class StaleListDetector {
  private modes = new Map<string, StaleListMode>();
  private timer: NodeJS.Timeout | undefined;
  /** Counts changes of `modes`: an answer that was requested before one is not used. */
  private version = 0;

  constructor(
    private readonly states: ShownTagsStore,
    private readonly settings: Pick<ProjectSettingsStore, 'staleListModes'>,
    private readonly observe: Observe<StaleListObservation>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Reads which projects want it, now and from time to time. */
  start(): void {
    void this.refresh();
    this.timer = setInterval(() => void this.refresh(), refreshMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  changed(projectId: string, mode: ProjectSettings['staleLists']): void {
    this.version++;
    if (mode !== 'off') this.modes.set(projectId, mode);
    else if (this.modes.delete(projectId)) this.states.forget(projectId);
  }

  /** Call when a project, or with null every project, got another state as a whole. */
  forget(projectId: string | null): void {
    this.states.forget(projectId);
    if (projectId === null) this.modes.clear();
    else this.modes.delete(projectId);
    void this.refresh();
  }

  shown(caller: Caller, image: ImageRef, revision: number, tags: readonly Tag[]): void {
    const session = caller.via?.session;
    if (!session || !this.modes.has(image.projectId)) return;
    this.states.set(session, image, { revision, names: tagNames(tags) });
  }

  /** A writer knows its own changes of what it was shown. */
  advance(caller: Caller, image: ImageRef, { revision, added, removed }: TagChangeDone): void {
    const session = caller.via?.session;
    if (!session || !this.modes.has(image.projectId)) return;
    const shown = this.states.get(session, image);
    if (shown?.revision !== revision - 1) return;
    const names = [...shown.names.filter((name) => !removed.includes(name)), ...added];
    this.states.set(session, image, { revision, names });
  }

  /** @returns null where nothing is to be checked: the project does not want it, the change is guarded, or nothing is known */
  checkOf(caller: Caller, image: ImageRef): StaleListCheck | null {
    const session = caller.via?.session;
    const mode = this.modes.get(image.projectId);
    if (!session || mode === undefined || !isRequestWithoutGuard(caller)) return null;
    const shown = this.states.get(session, image);
    return shown ? new StaleListCheck(mode, shown, image, caller, this.observe) : null;
  }

  private async refresh(): Promise<void> {
    const version = ++this.version;
    try {
      const modes = new Map(await this.settings.staleListModes());
      if (version !== this.version) return;
      // Nothing shown from now on is remembered, so an earlier entry would no longer be the last.
      for (const projectId of this.modes.keys()) if (!modes.has(projectId)) this.states.forget(projectId);
      this.modes = modes;
    } catch (error) {
      this.onError(error);
    }
  }
}

/** One writer's whole list against what it was shown. */
export class StaleListCheck {
  private found: StaleListObservation | null = null;

  constructor(
    private readonly mode: StaleListMode,
    private readonly shown: ShownTags,
    private readonly image: ImageRef,
    private readonly caller: Caller,
    private readonly observe: Observe<StaleListObservation>,
  ) {}

  /**
   * @param revision and names: of the tags as they are
   * @returns the list to write in place of `wanted` @throws Refused stale-list
   */
  listFor(revision: number, names: readonly string[], wanted: readonly string[]): readonly string[] {
    this.found = null;
    if (revision === this.shown.revision) return wanted;
    const [shown, there, asked] = [new Set(this.shown.names), new Set(names), new Set(wanted)];
    const removes = names.filter((name) => !shown.has(name) && !asked.has(name));
    const restores = wanted.filter((name) => shown.has(name) && !there.has(name));
    this.found = this.observationOf(revision, removes, restores);
    if (this.mode === 'observe') return wanted;
    if (this.mode === 'refuse') {
      this.report();
      const { imageId } = this.image;
      throw new Refused({ kind: 'stale-list', imageId, revision, shownRevision: this.shown.revision });
    }
    const kept = names.filter((name) => asked.has(name) || !shown.has(name));
    return [...kept, ...wanted.filter((name) => !shown.has(name) && !there.has(name))];
  }

  /** Call when the change is done. */
  report(): void {
    if (this.found) this.observe(this.found);
  }

  private observationOf(
    revision: number,
    removes: readonly string[],
    restores: readonly string[],
  ): StaleListObservation {
    const { userId, via } = this.caller;
    return {
      ...{ kind: 'stale-list', mode: this.mode, ...this.image, userId, requestId: via?.requestId ?? null },
      ...{ shownRevision: this.shown.revision, revision, removes, restores },
    };
  }
}
