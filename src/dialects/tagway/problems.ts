interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Its page's advice to the client. */
  readonly help: string;
}

/** Every `type` of an error of this surface, behind `/problems/` (RFC 9457). */
export const problems = {
  unauthenticated: {
    status: 401,
    title: 'The request has no valid credentials',
    help: 'Send a token in X-Auth-Token or as "Authorization: Bearer", or sign the request with an access key.',
  },
  'not-your-project': {
    status: 403,
    title: 'The project in the path is not the project of the caller',
    help: 'A token is good for one project. Admins may name any.',
  },
  'not-allowed': {
    status: 403,
    title: 'The caller may not do this',
    help: 'Readers read and members write, and only to images of their own project. The history of an image is for its own project.',
  },
  'not-found': {
    status: 404,
    title: 'No operation has this path',
    help: 'The page /docs/api/tagway lists every operation.',
  },
  'image-not-found': {
    status: 404,
    title: 'There is no such image',
    help: 'There is no image with this id, or none that the caller may see.',
  },
  'tag-not-found': {
    status: 404,
    title: 'The image has no such tag',
    help: 'What was to be removed is not there.',
  },
  'revision-not-found': {
    status: 404,
    title: 'The image has not come to this revision yet',
    help: 'Revisions count the changes of the tags of an image, one by one.',
  },
  'webhook-not-found': {
    status: 404,
    title: 'The project has no such webhook',
    help: 'List the webhooks of the project: it was deleted, or belongs to another project.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path does not take this method',
    help: 'The header Allow names those that it takes.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request is not as the contract says',
    help: '`errors` has an entry for each fault: `in` says whether it is in the body, the query or the path, `pointer` is a JSON pointer to it.',
  },
  'tag-invalid': {
    status: 400,
    title: 'This text cannot be a tag',
    help: 'A tag has at most 255 characters, and is neither empty nor holds NUL or half a surrogate pair.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', help: 'Send less in one request.' },
  'tag-limit-reached': {
    status: 409,
    title: 'The image would have too many tags',
    help: 'Remove some first. The limit is the setting TAGWAY_IMAGE_TAG_QUOTA.',
  },
  'webhook-limit-reached': {
    status: 409,
    title: 'The project has as many webhooks as it may',
    help: 'A project has at most `limit` webhooks. Delete one first.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'The tags have changed since you read them',
    help: 'Nothing was done. `changes` is what came between. Read the tags again, decide again, and send the new ETag in If-Match.',
  },
  'stale-list': {
    status: 409,
    title: 'The list was made from an older state of the tags',
    help: 'Nothing was done. `changes` is what came after the revision that you were shown last. Read the tags again and decide again. The project asks for this with `stale_lists`.',
  },
  'guard-required': {
    status: 428,
    title: 'The project wants changes to be guarded',
    help: 'Read the tags and send their ETag in If-Match, or "If-Match: *" to change them whatever they are. The project asks for this with `require_guard`.',
  },
  'history-expired': {
    status: 410,
    title: 'Nothing is known of this moment any more',
    help: '`oldest_revision` is the first revision that can be read. What lies before it was never recorded, or is older than TAGWAY_HISTORY_DAYS.',
  },
  'history-off': {
    status: 404,
    title: 'No history is kept here',
    help: 'TAGWAY_HISTORY_DAYS is `off`: there is no history and no feed.',
  },
  'feed-expired': {
    status: 410,
    title: 'The feed cannot go on from here',
    help: 'Events behind this place are removed, or the feed of the project has begun anew. List the images at `relist`, and watch from the token that the list gives.',
  },
  'too-many-watchers': {
    status: 429,
    title: 'The project has too many watchers',
    help: 'TAGWAY_WATCHERS_PER_PROJECT connections may wait for changes of one project at once.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', help: 'Wait as long as Retry-After says.' },
  injected: {
    status: 500,
    title: 'This answer was asked for at /admin/faults',
    help: 'A test has asked for it.',
  },
  unknown: {
    status: 500,
    title: 'Something went wrong in the gateway',
    help: 'Its log says more, under the request id.',
  },
  unavailable: { status: 503, title: 'The gateway cannot answer now', help: 'Try again after Retry-After.' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problems;

/** A problem as it goes out: `members` are those beside the five of RFC 9457. */
export interface Problem {
  readonly name: ProblemName;
  readonly detail?: string;
  /** Where it is not the one of its kind. */
  readonly status?: number;
  readonly members?: Readonly<Record<string, unknown>>;
}

export function problemBody({ name, detail, status, members }: Problem): { status: number } {
  const kind = problems[name];
  return {
    type: `/problems/${name}`,
    title: kind.title,
    status: status ?? kind.status,
    ...(detail !== undefined && { detail }),
    ...members,
  } as { status: number };
}
