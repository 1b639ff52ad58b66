import type { Caller } from './caller';
import { Refused } from './errors';
import { roleAllows } from './policy';

export const guardRequirements = ['none', 'whole-list', 'all'] as const;
export const staleListModes = ['off', 'observe', 'merge', 'refuse'] as const;

/** How a project guards its images' tags. */
export interface ProjectSettings {
  /** Which changes must name the state they were made for. */
  readonly requireGuard: (typeof guardRequirements)[number];
  /** What happens to whole lists made from an older state: see StaleListDetector. */
  readonly staleLists: (typeof staleListModes)[number];
}

export type StaleListMode = Exclude<ProjectSettings['staleLists'], 'off'>;

export const defaultProjectSettings: ProjectSettings = { requireGuard: 'none', staleLists: 'off' };

export interface ProjectSettingsStore {
  read(projectId: string): Promise<ProjectSettings | undefined>;
  /** Changes the settings given. @returns all of them */
  write(projectId: string, change: Partial<ProjectSettings>): Promise<ProjectSettings>;
  /** By project; those that are `off` are missing. */
  staleListModes(): Promise<readonly (readonly [projectId: string, mode: StaleListMode])[]>;
}

export class ProjectSettingsService {
  constructor(
    private readonly store: ProjectSettingsStore,
    private readonly staleLists: { changed(projectId: string, mode: ProjectSettings['staleLists']): void },
  ) {}

  /** @throws Refused not-allowed */
  async show(caller: Caller): Promise<ProjectSettings> {
    return (await this.store.read(requireProjectAccess(caller, 'get_images'))) ?? defaultProjectSettings;
  }

  /** @throws Refused not-allowed */
  async change(caller: Caller, change: Partial<ProjectSettings>): Promise<ProjectSettings> {
    const projectId = requireProjectAccess(caller, 'modify_image');
    const settings = await this.store.write(projectId, change);
    this.staleLists.changed(projectId, settings.staleLists);
    return settings;
  }
}

/** Readers read and members write. @throws Refused not-allowed */
export function requireProjectAccess(caller: Caller, action: 'get_images' | 'modify_image'): string {
  if (caller.projectId !== null && roleAllows(caller, action)) return caller.projectId;
  throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
}
