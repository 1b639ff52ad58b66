import type { Caller } from './caller';
import { Refused } from './errors';
import { roleAllows } from './policy';

export const guardDemands = ['none', 'whole-list', 'all'] as const;
export const staleListModes = ['off'] as const;

/** How a project guards its images' tags. */
export interface ProjectSettings {
  /** Which changes must name the state they were made for. */
  readonly requireGuard: (typeof guardDemands)[number];
  /** What happens to whole lists made from an older state. */
  readonly staleLists: (typeof staleListModes)[number];
}

export const defaultSettings: ProjectSettings = { requireGuard: 'none', staleLists: 'off' };

export interface ProjectSettingsStore {
  read(projectId: string): Promise<ProjectSettings | undefined>;
  /** Changes the settings given. @returns all of them */
  write(projectId: string, change: Partial<ProjectSettings>): Promise<ProjectSettings>;
}

export class ProjectSettingsService {
  constructor(private readonly store: ProjectSettingsStore) {}

  /** @throws Refused not-allowed */
  async show(caller: Caller): Promise<ProjectSettings> {
    return (await this.store.read(projectOf(caller, 'get_images'))) ?? defaultSettings;
  }

  /** @throws Refused not-allowed */
  async change(caller: Caller, change: Partial<ProjectSettings>): Promise<ProjectSettings> {
    return this.store.write(projectOf(caller, 'modify_image'), change);
  }
}

/** Readers read and members write. @throws Refused not-allowed */
export function projectOf(caller: Caller, action: 'get_images' | 'modify_image'): string {
  if (caller.projectId !== null && roleAllows(caller, action)) return caller.projectId;
  throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
}
