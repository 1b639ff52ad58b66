import type { Config } from '../settings/config';
import type { Clock } from '../core/clock';
import type { FeedService } from '../core/feed-service';
import { HistoryService } from '../core/history-service';
import type { IdGenerator } from '../core/ids';
import { ImageAccess } from '../core/image-access';
import { ImageCache } from '../core/image-cache';
import { ImageQuota } from '../core/image-quota';
import { ImageService } from '../core/image-service';
import { ImageJobService } from '../core/image-job-service';
import { JobScheduler } from '../core/job-scheduler';
import { JobService } from '../core/job-service';
import { MemberService } from '../core/member-service';
import { type Metadefs, createMetadefs } from '../core/metadefs/metadefs';
import type { TagStore } from '../core/ports';
import { ProjectSettingsService } from '../core/project-settings';
import { StaleListDetector } from '../core/stale-lists';
import { StatisticsService } from '../core/project-statistics';
import { SuggestionService } from '../core/tag-suggestions';
import { TagService } from '../core/tag-service';
import type { WebhookService } from '../core/webhook-service';
import type { Watchers } from '../http/watchers';
import type { StateFolder } from '../settings/state-folder';
import type { Database } from '../storage/database/database';
import type { Observe } from '../core/observe';
import type { Observation } from '../observation/observation';
import { DiskRoom } from '../storage/images/disk-room';
import { DirectoryDataStore } from '../storage/images/image-data-store';
import { PostgresImageSearch } from '../storage/search/image-search';
import { PostgresImageCacheStore } from '../storage/image-cache-store';
import { PostgresImageCounter } from '../storage/images/image-counter';
import { PostgresImageStore } from '../storage/images/image-store';
import { PostgresJobStore } from '../storage/job-store';
import { PostgresMemberStore } from '../storage/member-store';
import { PostgresMetadefStore } from '../storage/metadefs/metadef-store';
import { withImageAnnouncements, withTagAnnouncements } from '../storage/announcing-stores';
import { PostgresProjectSettingsStore } from '../storage/project-settings-store';
import { InMemoryShownTagsStore } from '../storage/shown-tags-store';
import { RecentImages } from '../storage/search/recent-images';
import { PostgresStatisticsStore } from '../storage/search/statistics-store';
import { PostgresSuggestionStore } from '../storage/search/suggestion-store';
import { TagCounts } from '../storage/tags/tag-counts';
import { PostgresTagStore } from '../storage/tags/tag-store';
import type { TestOverrides } from './gateway-deps';
import type { History } from './history';
import { type DataServices, createDataServices } from './data-services';
import type { Webhooks } from './webhooks';

/** The core's use cases, on their stores. */
export interface Services extends DataServices {
  readonly tags: TagService;
  readonly images: ImageService;
  readonly members: MemberService;
  readonly jobs: JobService;
  readonly imageJobs: ImageJobService;
  readonly jobScheduler: JobScheduler;
  readonly statistics: StatisticsService;
  readonly suggestions: SuggestionService;
  readonly projectSettings: ProjectSettingsService;
  readonly metadefs: Metadefs;
  readonly imageCache: ImageCache;
  readonly staleLists: StaleListDetector;
  /** Absent if no history is kept. */
  readonly history?: HistoryService;
  readonly feed?: FeedService;
  readonly webhooks?: WebhookService;
  readonly watchers: Watchers;
}

export interface ServiceDeps {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly past: History;
  readonly webhooks: Webhooks;
  readonly ids: IdGenerator;
  readonly observe: Observe<Observation>;
  /** The same store, with its work traced as spans of the request. */
  readonly traced: <Part extends object>(name: string, part: Part) => Part;
}

export function createServices(config: Config, deps: ServiceDeps, replace: TestOverrides): Services {
  const { database, clock, past, webhooks, ids, observe, traced } = deps;
  const { imageStore, dataStore, search, tags } = storesOf(config, deps, replace.tagStore);
  const access = new ImageAccess(imageStore);
  const quota = new ImageQuota(new PostgresImageCounter(database), config.imagesPerProject);
  const settings = new PostgresProjectSettingsStore(database);
  const staleLists = watchedLists(settings, observe);
  const images = new ImageService(imageStore, search, dataStore, access, clock, quota, staleLists, ids);
  const members = new MemberService(traced('members', new PostgresMemberStore(database)), access, clock);
  const dataServices = createDataServices(config, {
    ...deps,
    resolve: replace.resolve,
    store: imageStore,
    images,
    dataStore,
    access,
  });
  return {
    images,
    members,
    tags: new TagService(tags, access, clock, staleLists),
    ...dataServices,
    ...jobsOf({
      ...deps,
      recorded: config.history !== null,
      images,
      members,
      data: dataServices.data,
      dataStore,
    }),
    projectSettings: new ProjectSettingsService(settings, staleLists),
    staleLists,
    ...(past.feed && { feed: past.feed }),
    ...(webhooks.service && { webhooks: webhooks.service }),
    watchers: past.watchers,
    ...(past.store && { history: new HistoryService(traced('history', past.store), access) }),
    ...servicesBesideImages(database, clock),
  };
}

function storesOf(
  config: Config,
  { database, folder, past, observe, traced }: ServiceDeps,
  tagStore = (store: TagStore): TagStore => store,
) {
  const batching = config.batching ? observe : null;
  const recorded = config.history !== null;
  const images = new PostgresImageStore(database, batching, recorded);
  const tags = tagStore(new PostgresTagStore(database, batching, recorded));
  const counts = new TagCounts(database, (error) => {
    observe({ kind: 'background-failed', error });
  });
  const changed = (projectId: string): void => {
    past.changed(projectId);
    counts.changed(projectId);
  };
  // Changes of older builds are known by their history only, and theirs is probably off, too.
  const kept = recorded ? counts : null;
  return {
    imageStore: traced('images', withImageAnnouncements(images, changed)),
    dataStore: new DirectoryDataStore(folder.imageData, new DiskRoom(folder.path, config.diskReserve)),
    search: traced(
      'search',
      new PostgresImageSearch(database, undefined, batching, kept, new RecentImages()),
    ),
    tags: traced('tags', withTagAnnouncements(tags, changed)),
  };
}

function servicesBesideImages(
  database: Database,
  clock: Clock,
): Pick<Services, 'metadefs' | 'imageCache' | 'statistics' | 'suggestions'> {
  return {
    metadefs: createMetadefs(new PostgresMetadefStore(database), clock),
    imageCache: new ImageCache(new PostgresImageCacheStore(database), clock),
    statistics: new StatisticsService(new PostgresStatisticsStore(database), clock),
    suggestions: new SuggestionService(new PostgresSuggestionStore(database)),
  };
}

interface JobDeps
  extends
    Pick<ServiceDeps, 'database' | 'traced' | 'clock' | 'ids' | 'observe'>,
    Pick<Services, 'images' | 'members' | 'data'> {
  readonly recorded: boolean;
  readonly dataStore: DirectoryDataStore;
}

function jobsOf(deps: JobDeps) {
  const { recorded, images, members, data, dataStore, database, traced, clock, ids, observe } = deps;
  const store = traced('jobs', new PostgresJobStore(database, recorded));
  const scheduler = new JobScheduler(store, dataStore, clock, reporting(observe), ids);
  return {
    jobs: new JobService(store, images, members, clock, scheduler),
    imageJobs: new ImageJobService(store, images, data, clock, scheduler),
    jobScheduler: scheduler,
  };
}

function watchedLists(
  settings: PostgresProjectSettingsStore,
  observe: Observe<Observation>,
): StaleListDetector {
  const lists = new StaleListDetector(new InMemoryShownTagsStore(), settings, observe, reporting(observe));
  lists.start();
  return lists;
}

function reporting(observe: Observe<Observation>): (error: unknown) => void {
  return (error) => {
    observe({ kind: 'background-failed', error });
  };
}
