import type { SettingsSource } from '../dialect';
import { type HuaweiProfile, huaweiProfiles } from './profiles';

export interface HuaweiSettings {
  readonly profile: HuaweiProfile;
  /** Whether a batch delete that names a value removes only that pair, or the key whatever its value. */
  readonly batchDelete: 'match-value' | 'by-key-only';
  /** How `GET /v1/cloudimages/tags` writes a pair. */
  readonly tagText: 'equals' | 'dot';
  /** ms that a job takes */
  readonly jobMs: number;
}

export function readHuaweiSettings(source: SettingsSource): HuaweiSettings {
  return {
    profile: huaweiProfiles[source.choice('TAGWAY_HUAWEI_PROFILE', ['documented', 'wide'])],
    batchDelete: source.choice('TAGWAY_BATCH_DELETE', ['match-value', 'by-key-only']),
    jobMs: source.integer('TAGWAY_JOB_MS', 0, 0, 3_600_000),
    tagText: source.choice('TAGWAY_TAG_TEXT', ['equals', 'dot']),
  };
}
