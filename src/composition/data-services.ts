import type { Clock } from '../core/clock';
import type { ImageAccess } from '../core/image-access';
import { ImageDataService } from '../core/image-data-service';
import type { ImageService } from '../core/image-service';
import { ImageImportChanges } from '../core/import';
import { ImportService } from '../core/import-service';
import type { Observe } from '../core/observe';
import type { ImageDataStore, ImageStore } from '../core/ports';
import { TaskService } from '../core/task-service';
import { UnfinishedDataCleanup } from '../core/unfinished-data';
import { importWords } from '../dialects/openstack-images/index';
import { AllowedHosts } from '../downloads/allowed-hosts';
import { UrlDownloads } from '../downloads/url-downloads';
import type { Observation } from '../observation/observation';
import type { Config } from '../settings/config';
import type { Database } from '../storage/database/database';
import { PostgresTaskStore } from '../storage/task-store';
import { AddressRules, type Resolve } from '../webhooks/addresses';

/** All that brings data into images. */
export interface DataServices {
  readonly data: ImageDataService;
  readonly imports: ImportService;
  readonly tasks: TaskService;
  readonly unfinished: UnfinishedDataCleanup;
}

export interface DataServicesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly observe: Observe<Observation>;
  readonly traced: <Part extends object>(name: string, part: Part) => Part;
  readonly store: ImageStore;
  readonly images: ImageService;
  readonly dataStore: ImageDataStore;
  readonly access: ImageAccess;
  /** In place of the system's resolver. */
  readonly resolve?: Resolve | undefined;
}

export function createDataServices(config: Config, deps: DataServicesDeps): DataServices {
  const { store, images, dataStore: data, access, clock, observe, resolve } = deps;
  const tasks = deps.traced('tasks', new PostgresTaskStore(deps.database));
  const limits = { largest: config.maxUploadBytes, formatCheck: config.formatCheck };
  const imported = new ImageImportChanges(importWords);
  const unfinished = new UnfinishedDataCleanup(store, data, tasks, clock, imported);
  const hosts = new AllowedHosts(config.importHosts);
  const downloads = new UrlDownloads(hosts, new AddressRules(config.importNetworks, resolve));
  const onError = (error: unknown): void => {
    observe({ kind: 'background-failed', error });
  };
  return {
    unfinished,
    tasks: new TaskService(tasks, access, clock),
    data: new ImageDataService(store, data, access, clock, unfinished, limits),
    imports: new ImportService({
      ...{ store, images, data, tasks, access, clock, unfinished, imported, downloads, limits, onError },
    }),
  };
}
