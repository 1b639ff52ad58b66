import { guardRequirements, type ProjectSettings, staleListModes } from '../../core/project-settings';
import { requireCaller } from '../../http/context';
import type { DialectDeps } from '../dialect';
import type { NativeOperation } from './operation';
import { setPrivateCache } from './responses';
import { bodyReader } from './schema-reader';

const path = '/tags/v1/projects/:project_id/settings';

interface SettingsBody {
  readonly require_guard?: ProjectSettings['requireGuard'];
  readonly stale_lists?: ProjectSettings['staleLists'];
}

const readSettings = bodyReader<SettingsBody>({
  type: 'object',
  additionalProperties: false,
  properties: {
    require_guard: { type: 'string', enum: guardRequirements },
    stale_lists: { type: 'string', enum: staleListModes },
  },
});

export function settingsOperations({ projectSettings }: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'showSettings',
      method: 'GET',
      path,
      run: async (req, res) => {
        const settings = await projectSettings.show(requireCaller(req));
        setPrivateCache(res);
        res.json(bodyOf(settings));
      },
    },
    {
      name: 'changeSettings',
      method: 'PUT',
      path,
      body: 'json',
      run: async (req, res) => {
        const { require_guard: requireGuard, stale_lists: staleLists } = readSettings(req);
        const change = {
          ...(requireGuard !== undefined && { requireGuard }),
          ...(staleLists !== undefined && { staleLists }),
        };
        const settings = await projectSettings.change(requireCaller(req), change);
        setPrivateCache(res);
        res.json(bodyOf(settings));
      },
    },
  ];
}

function bodyOf({ requireGuard, staleLists }: ProjectSettings): object {
  return { require_guard: requireGuard, stale_lists: staleLists };
}
