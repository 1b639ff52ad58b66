import type { Refusal } from '../../../core/errors';
import { type ErrorPage, errorPage } from './error-page';
import type { ErrorContext } from './error-context';

export type RefusalOfKind<Kind extends Refusal['kind']> = Extract<Refusal, { kind: Kind }>;

interface Excess {
  readonly attempted: number;
  readonly limit: number;
}

export function limitReachedText(noun: string, { attempted, limit }: Excess): string {
  const numbers = `Attempted: ${String(attempted)}, Maximum: ${String(limit)}`;
  return `The limit has been exceeded on the number of allowed image ${noun}. ${numbers}`;
}

function tagLimit(refusal: RefusalOfKind<'tag-limit-reached'>, subject: ErrorContext): string {
  const limit = limitReachedText('tags', refusal);
  return subject === 'add-tag' ? `Image tag limit exceeded for image ${refusal.imageId}: ${limit}:` : limit;
}

/** As glance/quota/keystone.py words oslo.limit's error. */
function imageLimit({ projectId, added, attempted, limit }: RefusalOfKind<'image-limit-reached'>): string {
  const usage = `current usage ${String(attempted - added)} and delta ${String(added)}`;
  return (
    'The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota threshold ' +
    `was breached.\n\nThe response body:\nProject ${projectId} is over a limit for ` +
    `[Resource image_count_total is over limit of ${String(limit)} due to ${usage}]`
  );
}

/** What a limit that is reached becomes. */
export function limitErrorPage(
  refusal: RefusalOfKind<
    | 'search-too-wide'
    | 'tag-limit-reached'
    | 'image-limit-reached'
    | 'property-limit-reached'
    | 'property-too-long'
  >,
  subject: ErrorContext,
): ErrorPage {
  if (refusal.kind === 'tag-limit-reached') return errorPage(413, tagLimit(refusal, subject));
  if (refusal.kind === 'image-limit-reached') return errorPage(413, imageLimit(refusal));
  if (refusal.kind === 'property-limit-reached')
    return errorPage(413, limitReachedText('properties', refusal));
  const limit = String(refusal.limit);
  if (refusal.kind === 'search-too-wide') {
    return errorPage(400, `The search would read more than ${limit} images: name a tag, a name or an id.`);
  }
  return errorPage(
    400,
    refusal.part === 'name'
      ? `Custom property should not be greater than ${limit} characters.`
      : `The value of a custom property should not be greater than ${limit} bytes.`,
  );
}

export function formatMismatchText({ claimed, found, unsafe }: RefusalOfKind<'format-mismatch'>): string {
  if (unsafe) return 'Image failed safety checks';
  return `Image disk_format ${claimed} does not match stream data ${found}`;
}
