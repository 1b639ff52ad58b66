import { ownImages } from '../../core/ports';
import type { Request, Response } from 'express';
import type { FeedService, FeedPage } from '../../core/feed-service';
import { requireProjectAccess } from '../../core/project-settings';
import { acceptsGzip } from '../../http/accepts-gzip';
import { isStillAuthorized } from '../../http/authenticate';
import { requireCaller } from '../../http/context';
import type { DialectDeps } from '../dialect';
import { ProblemError } from './errors';
import { eventsMatchingBeforeOrAfter } from '../../core/feed-selection';
import { eventBody } from './feed-events';
import { type ChangesQuery, encodeNextPage, readChanges, readProjectImagesQuery } from './feed-requests';
import { type FeedStream, streamChanges, streamTimingsMs } from './feed-stream';
import { encodeFeedToken } from './feed-token';
import type { NativeOperation } from './operation';
import { mayReadIn } from './requests';
import { setPrivateCache, tagsBody } from './responses';

const project = '/tags/v1/projects/:project_id';

export function feedOperations(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'listChanges',
      method: 'GET',
      path: `${project}/changes`,
      run: (req, res) => changes(parts, req, res),
    },
    {
      name: 'listImages',
      method: 'GET',
      path: `${project}/images`,
      run: (req, res) => list(parts, req, res),
    },
  ];
}

/** @throws ProblemError history-off */
function feedOf({ feed }: Pick<DialectDeps, 'feed'>): FeedService {
  if (feed) return feed;
  throw new ProblemError({ name: 'history-off' });
}

async function changes(parts: DialectDeps, req: Request, res: Response): Promise<void> {
  const feed = feedOf(parts);
  const projectId = requireProjectAccess(requireCaller(req), 'get_images');
  const query = readChanges(req, projectId);
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  const release = parts.watchers.enter(projectId, end);
  if (!release) throw new ProblemError({ name: 'too-many-watchers' });
  // Waiting is no load.
  req.isWatching = true;
  res.once('close', end);
  const checks = setInterval(() => {
    isStillAuthorized(parts.authenticator, req, (caller) => mayReadIn(caller, projectId)).then(
      (isKnown) => {
        if (!isKnown) end();
      },
      // It is asked again.
      () => undefined,
    );
  }, streamTimingsMs.check);
  try {
    const from = query.after ?? (await feed.now(projectId));
    // A position that cannot be resumed is refused while a status can still be sent.
    required(projectId, await feed.read(projectId, from, 1));
    const watching = { ...query, res, projectId, from, ended, isCompressed: acceptsGzip(req) };
    if (wantsStream(req)) await streamChanges(feed, watching);
    else await answerPage(feed, watching);
  } finally {
    clearInterval(checks);
    release();
  }
}

function wantsStream(req: Request): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(req.headers.accept ?? '');
}

/** Waits for the requested time when there are no events yet. */
async function answerPage(feed: FeedService, asked: FeedStream & ChangesQuery): Promise<void> {
  const { res, projectId, limit, wait, condition, ended } = asked;
  const timer = setTimeout(() => {
    ended.abort();
  }, wait * 1000);
  const watch = await feed.watch(projectId, ended.signal);
  try {
    for (let place = asked.from; ;) {
      const page = required(projectId, await feed.read(projectId, place, limit));
      const events = eventsMatchingBeforeOrAfter(page.events, condition);
      place = page.next;
      const isAtEnd = page.events.length === 0;
      if (events.length > 0 || (isAtEnd && (wait === 0 || ended.signal.aborted))) {
        const items = events.map((event) => eventBody(place.feedId, event));
        setPrivateCache(res);
        res.json({ items, next: encodeFeedToken(projectId, place) });
        return;
      }
      if (isAtEnd) await watch.changed(place);
    }
  } finally {
    clearTimeout(timer);
    watch.close();
  }
}

/** @throws ProblemError feed-expired */
function required(projectId: string, page: FeedPage): Extract<FeedPage, { kind: 'page' }> {
  if (page.kind === 'page') return page;
  throw new ProblemError({
    name: 'feed-expired',
    members: { relist: `/tags/v1/projects/${encodeURIComponent(projectId)}/images` },
  });
}

/** The token is taken before the images are read: what changes while they are is behind it. */
async function list({ feed, images }: DialectDeps, req: Request, res: Response): Promise<void> {
  const caller = requireCaller(req);
  const projectId = images.requireListing(caller);
  const { limit, condition, after } = readProjectImagesQuery(req);
  const place = after === null && feed ? await feed.now(projectId) : null;
  const token = after === null ? place && encodeFeedToken(projectId, place) : after.token;
  const found = await images.list(caller, {
    source: ownImages,
    where: [
      ...(condition ? [{ kind: 'tags', condition } as const] : []),
      ...(after ? [{ kind: 'field', field: 'id', op: 'gt', value: after.imageId } as const] : []),
    ],
    sort: [{ field: 'id', descending: false }],
    marker: null,
    offset: 0,
    limit,
  });
  const last = found.length === limit ? found.at(-1) : undefined;
  setPrivateCache(res);
  res.json({
    items: found.map((image) => tagsBody({ ...image, revision: image.tagRevision })),
    next: last ? encodeNextPage(last.imageId, token) : null,
    token,
  });
}
