import type { RequestHandler, Router } from 'express';
import type { SentAway } from '../http/app';
import type { ImageDataService } from '../core/image-data-service';
import type { ImageService } from '../core/image-service';
import type { FeedService } from '../core/feed-service';
import type { HistoryService } from '../core/history-service';
import type { JobService } from '../core/job-service';
import type { HuaweiProfile } from '../core/limits';
import type { MemberService } from '../core/member-service';
import type { ProjectSettingsService } from '../core/project-settings';
import type { TagService } from '../core/tag-service';
import type { Operation } from '../http/operations';
import type { Watchers } from '../http/watchers';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';

/** What a dialect may use. The composition root makes it once. */
export interface DialectParts {
  readonly tags: TagService;
  readonly images: ImageService;
  readonly members: MemberService;
  readonly data: ImageDataService;
  readonly jobs: JobService;
  readonly projectSettings: ProjectSettingsService;
  /** Absent where no history is kept, and so no feed. */
  readonly history?: HistoryService;
  readonly feed?: FeedService;
  readonly watchers: Watchers;
  readonly authenticator: Authenticator;
  /** Absent when tokens come from another service: `/v3` is then not served here. */
  readonly identity?: Pick<EmbeddedIdentity, 'login' | 'selfService' | 'applicationCredentials'>;
  readonly settings: DialectSettings;
  /** They stand in front of the routes of every dialect: what they throw gets the dialect's own form. */
  readonly gates: readonly RequestHandler[];
}

export interface DialectSettings {
  /** `TAGWAY_PUBLIC_URL`, without a slash at the end; null: links follow the Host header. */
  readonly publicUrl: string | null;
  /** Root of the identity service without `/v3`, for `Www-Authenticate`; null: the gateway itself. */
  readonly identityUrl: string | null;
  readonly imageTagQuota: number;
  readonly huawei: HuaweiProfile;
  /** Whether a batch delete that names a value removes only that pair, or the key whatever its value. */
  readonly batchDelete: 'match-value' | 'by-key-only';
  /** How `GET /v1/cloudimages/tags` writes a pair. */
  readonly tagText: 'equals' | 'dot';
  /** bytes */
  readonly maxUploadBytes: number;
}

/**
 * One wire dialect. Its folder holds `index.ts` (this object), `operations.ts` (what it answers), `router.ts`
 * (what stands before and behind that), `requests.ts` (readers), `responses.ts` (bodies) and `errors.ts` (its one
 * error renderer), which the router installs at its end. Dialects are islands: none imports another.
 */
export interface Dialect {
  readonly name: string;
  /** Matched against the normalised path. */
  readonly path: RegExp;
  /** All that it answers, once: the routes, the names in metrics and logs, and the contract's test follow from it. */
  operations(parts: DialectParts): readonly Operation[];
  router(parts: DialectParts): Router;
  /** Answers 503 in place of the router when more is under way than the gateway can do. */
  readonly overloaded: SentAway;
}
