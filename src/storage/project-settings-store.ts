import {
  defaultProjectSettings,
  type ProjectSettings,
  type ProjectSettingsStore,
  type StaleListMode,
} from '../core/project-settings';
import type { Database, Statement } from './database/database';

type Row = Record<string, unknown> & {
  readonly require_guard: ProjectSettings['requireGuard'];
  readonly stale_lists: ProjectSettings['staleLists'];
};

/** $1 project */
const read: Statement = {
  text: 'select require_guard, stale_lists from project_settings where project_id = $1',
  reads: true,
};

/** Of every project: a process reads it now and then. */
const readModes: Statement = {
  text: "select project_id, stale_lists from project_settings where stale_lists <> 'off'",
  reads: true,
};

/** $1 project, $2 and $3 what they are set to or null, $4 and $5 the defaults */
const write: Statement = {
  text: `insert into project_settings as s (project_id, require_guard, stale_lists)
  values ($1, coalesce($2::text, $4), coalesce($3::text, $5))
  on conflict (project_id) do update
  set require_guard = coalesce($2::text, s.require_guard), stale_lists = coalesce($3::text, s.stale_lists)
  returning require_guard, stale_lists`,
};

export class PostgresProjectSettingsStore implements ProjectSettingsStore {
  constructor(private readonly database: Database) {}

  async read(projectId: string): Promise<ProjectSettings | undefined> {
    const [row] = await this.database.query<Row>(read, [projectId]);
    return row && settingsOf(row);
  }

  async write(
    projectId: string,
    { requireGuard = null, staleLists = null }: Partial<Record<keyof ProjectSettings, string | null>>,
  ): Promise<ProjectSettings> {
    const { requireGuard: guard, staleLists: lists } = defaultProjectSettings;
    const [row] = await this.database.query<Row>(write, [projectId, requireGuard, staleLists, guard, lists]);
    return row ? settingsOf(row) : defaultProjectSettings;
  }

  async staleListModes(): Promise<readonly (readonly [projectId: string, mode: StaleListMode])[]> {
    type ModeRow = { readonly project_id: string; readonly stale_lists: StaleListMode };
    const rows = await this.database.query<ModeRow>(readModes, []);
    return rows.map(({ project_id: projectId, stale_lists: mode }) => [projectId, mode]);
  }
}

function settingsOf(row: Row): ProjectSettings {
  return { requireGuard: row.require_guard, staleLists: row.stale_lists };
}
