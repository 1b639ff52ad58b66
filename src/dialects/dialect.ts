import type { RequestHandler, Router } from 'express';
import type { ImageIdOfPath, RejectRequest } from '../http/app';
import type { ImageDataService } from '../core/image-data-service';
import type { ImageCache } from '../core/image-cache';
import type { ImageService } from '../core/image-service';
import type { FeedService } from '../core/feed-service';
import type { HistoryService } from '../core/history-service';
import type { ImageJobService } from '../core/image-job-service';
import type { ImportService } from '../core/import-service';
import type { JobService } from '../core/job-service';
import type { MemberService } from '../core/member-service';
import type { Metadefs } from '../core/metadefs/metadefs';
import type { ProjectSettingsService } from '../core/project-settings';
import type { TagService } from '../core/tag-service';
import type { TaskService } from '../core/task-service';
import type { WebhookService } from '../core/webhook-service';
import type { Operation } from '../http/operations';
import type { IsOpaqueSegment } from '../http/target';
import type { Watchers } from '../http/watchers';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';

/** Reads settings by name and collects what is wrong with them: src/settings/reader.ts. */
export interface SettingsSource {
  integer(name: string, fallback: number, least: number, most: number): number;
  /** The first choice is the default. */
  choice<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice;
  /** Letters, digits and `._-`; null if unset. */
  word(name: string): string | null;
}

/** What a dialect may use. The composition root makes it once. `Own`: what the dialect's `readSettings` returned. */
export interface DialectDeps<Own = unknown> {
  readonly tags: TagService;
  readonly images: ImageService;
  readonly members: MemberService;
  readonly data: ImageDataService;
  readonly imageCache: ImageCache;
  readonly jobs: JobService;
  readonly imageJobs: ImageJobService;
  readonly tasks: TaskService;
  readonly imports: ImportService;
  readonly projectSettings: ProjectSettingsService;
  readonly metadefs: Metadefs;
  /** Absent where no history is kept, and so no feed. */
  readonly history?: HistoryService;
  readonly feed?: FeedService;
  readonly webhooks?: WebhookService;
  readonly watchers: Watchers;
  readonly authenticator: Authenticator;
  /** Absent when tokens come from another service: `/v3` is then not served here. */
  readonly identity?: Pick<
    EmbeddedIdentity,
    | 'login'
    | 'selfService'
    | 'applicationCredentials'
    | 'accessRules'
    | 'userCredentials'
    | 'administration'
    | 'places'
    | 'catalog'
  >;
  /** By its form, and none of the reserved words. */
  readonly isProjectId: (text: string) => boolean;
  readonly settings: SharedSettings;
  readonly own: Own;
  /** Stands in front of the routes of every dialect: what it throws gets the dialect's own form. */
  readonly middleware: readonly RequestHandler[];
}

/** What every dialect needs of the settings. */
export interface SharedSettings {
  /** `TAGWAY_PUBLIC_URL`, without a slash at the end; null: links follow the Host header. */
  readonly publicUrl: string | null;
  /** Root of the identity service without `/v3`, for `Www-Authenticate`; null: the gateway itself. */
  readonly identityUrl: string | null;
  /** Tags of an image, where the dialect has no limit of its own. */
  readonly imageTagQuota: number;
  /** bytes */
  readonly maxUploadBytes: number;
}

/**
 * One wire dialect. Its folder holds `index.ts` (this object), `operations.ts` (what it answers), `router.ts`
 * (what stands before and behind that), `requests.ts` (readers), `responses.ts` (bodies) and `errors.ts` (its one
 * error renderer), which the router installs at its end. Dialects are islands: none imports another.
 */
export interface Dialect<Own = unknown> {
  readonly name: string;
  /** As catalogs and the access rules of application credentials call the service. */
  readonly serviceType: string;
  /** Matched against the normalised path; `reserved` are the words of all dialects. */
  readonly path: RegExp | ((reserved: readonly string[]) => RegExp);
  /** Words that mean something where another path names a project: no project has such an id. */
  readonly reserved?: readonly string[];
  /** What stands where its paths name an image, of their decoded segments; for logs. */
  readonly imageIn?: ImageIdOfPath;
  /** A header in which its clients name a request, beside `x-request-id`; for logs. */
  readonly requestIdHeader?: string;
  /** Which segments of its paths are opaque: an encoded slash in them is data. */
  readonly isOpaque?: IsOpaqueSegment;
  /** Reads the settings that only this dialect has; called at start, with all others. */
  readSettings?(source: SettingsSource): Own;
  /** All that it answers, once: the routes, the names in metrics and logs, and the contract's test follow from it. */
  operations(parts: DialectDeps<Own>): readonly Operation[];
  router(parts: DialectDeps<Own>): Router;
  /** Answers 503 in place of the router when the gateway is overloaded. */
  readonly overloaded: RejectRequest;
}
