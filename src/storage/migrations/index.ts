import type { Knex } from 'knex';
import * as images from './20261121000000_images';
import * as identity from './20261121000100_identity';
import * as keystoneAccessKeys from './20261121000200_keystone_access_keys';
import * as jobs from './20261121000300_jobs';
import * as tagStatistics from './20261121000400_tag_statistics';
import * as identityModel from './20261127020000_identity_model';
import * as identityCatalog from './20261127020100_identity_catalog';
import * as loginTries from './20261127030000_login_tries';
import * as tagHistory from './20261127050000_tag_history';
import * as projectSettings from './20261127050100_project_settings';
import * as accessKeyReach from './20261127060000_access_key_reach';
import * as accessRules from './20261127070000_access_rules';
import * as tagsByAge from './20261127080000_tags_by_age';
import * as userCredentials from './20261127080100_user_credentials';
import * as projectSnapshots from './20261127090000_project_snapshots';
import * as webhooks from './20261127100000_webhooks';
import * as metadefs from './20261128010000_metadefs';
import * as tasks from './20261128020000_tasks';
import * as jobScheduler from './20261128030000_job_courses';
import * as endpointFilter from './20261128040000_endpoint_filter';
import * as imageCache from './20261128050000_image_cache';
import * as historyVacuum from './20261128060000_history_vacuum';
import * as tagCounts from './20261128070000_tag_counts';

/**
 * In order. Named without an extension, since knex names a migration after its file: the same list then works
 * from TypeScript, from tests and from the compiled build.
 */
const migrations: Readonly<Record<string, Knex.Migration>> = {
  '20261121000000_images': images,
  '20261121000100_identity': identity,
  '20261121000200_keystone_access_keys': keystoneAccessKeys,
  '20261121000300_jobs': jobs,
  '20261121000400_tag_statistics': tagStatistics,
  '20261127020000_identity_model': identityModel,
  '20261127020100_identity_catalog': identityCatalog,
  '20261127030000_login_tries': loginTries,
  '20261127050000_tag_history': tagHistory,
  '20261127050100_project_settings': projectSettings,
  '20261127060000_access_key_reach': accessKeyReach,
  '20261127070000_access_rules': accessRules,
  '20261127080000_tags_by_age': tagsByAge,
  '20261127080100_user_credentials': userCredentials,
  '20261127090000_project_snapshots': projectSnapshots,
  '20261127100000_webhooks': webhooks,
  '20261128010000_metadefs': metadefs,
  '20261128020000_tasks': tasks,
  '20261128030000_job_courses': jobScheduler,
  '20261128040000_endpoint_filter': endpointFilter,
  '20261128050000_image_cache': imageCache,
  '20261128060000_history_vacuum': historyVacuum,
  '20261128070000_tag_counts': tagCounts,
};

/** Of this build, in order. */
export const migrationNames: readonly string[] = Object.keys(migrations).sort();

export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve([...migrationNames]),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const migration = migrations[name];
    return migration
      ? Promise.resolve(migration)
      : Promise.reject(new Error(`no migration is called ${name}`));
  },
};
