import type { Refusal } from '../../../core/errors';
import { type ErrorPage, errorPage, unauthorizedText, defaultErrorTexts } from './error-page';
import { importErrorPage, isImportPageRefusal, type ImportPageRefusal } from './imports';
import { detailedPageError } from './page-error';
import type { ErrorContext } from './error-context';
import { limitErrorPage, limitReachedText, type RefusalOfKind } from './limits';
import type { GlanceRelease } from '../release';
import { tagFaultText } from '../requests';

/** What a refusal of the core becomes. */
export function refusalErrorPage(refusal: Refusal, subject: ErrorContext, release: GlanceRelease): ErrorPage {
  return isImportPageRefusal(refusal) ? importErrorPage(refusal, subject) : pageOf(refusal, subject, release);
}

type PageRefusal = Exclude<Refusal, ImportPageRefusal>;

function pageOf(refusal: PageRefusal, subject: ErrorContext, release: GlanceRelease): ErrorPage {
  switch (refusal.kind) {
    case 'image-not-found':
      return errorPage(404, imageNotFound(refusal.imageId, subject));
    case 'image-not-readable':
    case 'tag-not-found':
      return errorPage(404);
    case 'not-allowed':
      return errorPage(403, notAllowed(refusal, subject, release));
    case 'changed-meanwhile':
    case 'guard-required':
    case 'stale-list':
      return guardPage(refusal.kind);
    case 'tag-invalid':
      return errorPage(400, tagFaultText(refusal.tag, refusal.fault, release));
    case 'image-exists':
    case 'image-protected':
    case 'owner-not-allowed':
    case 'marker-not-found':
      return imagePage(refusal, release);
    case 'search-too-wide':
    case 'tag-limit-reached':
    case 'image-limit-reached':
    case 'property-limit-reached':
    case 'property-too-long':
      return limitErrorPage(refusal, subject);
    case 'not-shared':
    case 'member-not-found':
    case 'member-exists':
    case 'member-limit-reached':
      return memberPage(refusal, subject);
    case 'wrong-status':
    case 'formats-missing':
    case 'data-deactivated':
    case 'data-too-large':
    case 'data-no-room':
    case 'image-gone':
      return dataPage(refusal);
  }
}

function imagePage(
  refusal: RefusalOfKind<'image-exists' | 'image-protected' | 'owner-not-allowed' | 'marker-not-found'>,
  release: GlanceRelease,
): ErrorPage {
  switch (refusal.kind) {
    case 'image-exists':
      return errorPage(409, `Image ID ${refusal.imageId} already exists!`);
    case 'image-protected':
      return errorPage(403, `Image ${refusal.imageId} is protected and cannot be deleted.`);
    case 'owner-not-allowed':
      return foreignOwner(refusal.owner ?? 'None', release);
    case 'marker-not-found':
      return markerPage(refusal);
  }
}

function foreignOwner(owner: string, release: GlanceRelease): ErrorPage {
  const words = `You are not permitted to create images owned by '${owner}'`;
  return release === 'zed' ? errorPage(403, `${words}.`) : detailedPageError(403, words).page;
}

function guardPage(kind: 'changed-meanwhile' | 'guard-required' | 'stale-list'): ErrorPage {
  switch (kind) {
    case 'changed-meanwhile':
      return errorPage(412, 'The tags of the image have been changed meanwhile.');
    case 'guard-required':
      return errorPage(428, 'The project requires the header If-Match with the ETag of the image.');
    case 'stale-list':
      return errorPage(
        409,
        'The list of tags was made from an older state of the image. Read the image again and repeat the change.',
      );
  }
}

/** An id longer than any valid one gets its own message, in which Glance leaves the placeholders unfilled. */
function markerPage({ imageId, hidden }: RefusalOfKind<'marker-not-found'>): ErrorPage {
  if (hidden) return errorPage(403, `Forbidding request, image ${imageId} not visible`);
  const tooLong = imageId.length > 36;
  return errorPage(
    400,
    tooLong ? 'Image with the given id %(image_id)s was not found' : `No image found with ID ${imageId}`,
  );
}

function notSharedPage(imageId: string, subject: ErrorContext): ErrorPage {
  const reason = 'Only shared images have members.';
  switch (subject) {
    case 'member-list':
      return errorPage(403, `Not allowed to list members for image ${imageId}: ${reason}`);
    case 'member-add':
      return errorPage(403, `Not allowed to create members for image ${imageId}.`);
    case 'member-set':
      return errorPage(403, `Not allowed to update members for image ${imageId}.`);
    case 'member-remove':
      return errorPage(403, `Not allowed to delete members for image ${imageId}.`);
    case 'member-show':
    case 'list':
    case 'image':
    case 'deletion':
    case 'add-tag':
    case 'remove-tag':
    case 'data':
    case 'stage':
    case 'store':
    case 'task':
    case 'image-tasks':
    case 'cache':
      return errorPage(404, reason);
  }
}

function memberPage(
  refusal: RefusalOfKind<'not-shared' | 'member-not-found' | 'member-exists' | 'member-limit-reached'>,
  subject: ErrorContext,
): ErrorPage {
  const { imageId } = refusal;
  switch (refusal.kind) {
    case 'not-shared':
      return notSharedPage(imageId, subject);
    case 'member-not-found':
      return errorPage(404, `${refusal.memberId} not found in the member list of the image ${imageId}.`);
    case 'member-exists':
      return errorPage(409, `Member ${refusal.memberId} is duplicated for image ${imageId}`);
    case 'member-limit-reached':
      return errorPage(
        413,
        `Image member limit exceeded for image ${imageId}: ${limitReachedText('members for this image', refusal)}:`,
      );
  }
}

function dataPage(
  refusal: RefusalOfKind<
    'wrong-status' | 'formats-missing' | 'data-deactivated' | 'data-too-large' | 'data-no-room' | 'image-gone'
  >,
): ErrorPage {
  switch (refusal.kind) {
    case 'wrong-status': {
      const { from, to } = refusal;
      return errorPage(409, `Image status transition from ${from} to ${to} is not allowed`);
    }
    case 'formats-missing': {
      const names = refusal.missing.map((field) =>
        field === 'diskFormat' ? 'disk_format' : 'container_format',
      );
      const noun = names.length === 1 ? 'Property' : 'Properties';
      return errorPage(400, `${noun} ${names.join(', ')} must be set prior to saving data.`);
    }
    case 'data-deactivated':
      return errorPage(403, 'The requested image has been deactivated. Image data download is forbidden.');
    case 'data-too-large':
      return errorPage(413, 'The incoming image is too large: The provided image is too large.');
    case 'data-no-room':
      return errorPage(
        413,
        'Image storage media is full: There is not enough disk space on the image storage media.',
      );
    case 'image-gone':
      return errorPage(
        410,
        `Image ${refusal.imageId} could not be found after upload. The image may have been deleted during the ` +
          'upload, cleaning up the chunks uploaded.',
      );
  }
}

function imageNotFound(imageId: string, subject: ErrorContext): string {
  switch (subject) {
    case 'add-tag':
    case 'remove-tag':
    case 'member-list':
    case 'member-show':
    case 'member-add':
    case 'member-set':
    case 'member-remove':
    case 'cache':
      return `Image ${imageId} not found.`;
    case 'deletion':
      return `Failed to find image ${imageId} to delete`;
    case 'list':
    case 'image':
    case 'data':
    case 'stage':
    case 'task':
      return `No image found with ID ${imageId}`;
    case 'store':
      return `Failed to find image ${imageId}`;
    case 'image-tasks':
      return defaultErrorTexts[404] ?? '';
  }
}

/**
 * A missing role is named by its policy; for missing ownership the wording depends on the operation, as long as ownership is
 * asked for beside the policy, which newer releases do not.
 */
function notAllowed(
  { action, because, imageId }: RefusalOfKind<'not-allowed'>,
  subject: ErrorContext,
  release: GlanceRelease,
): string {
  if (because === 'role' || release !== 'zed') return unauthorizedText(action);
  switch (subject) {
    case 'image':
    case 'deletion':
      return 'You do not own this image';
    case 'member-add':
      return `Not allowed to create members for image ${imageId ?? ''}.`;
    case 'member-set':
      return `Not allowed to update members for image ${imageId ?? ''}.`;
    case 'member-remove':
      return `Not allowed to delete members for image ${imageId ?? ''}.`;
    case 'data':
      return action === 'upload_image'
        ? `Not allowed to upload image data for image ${imageId ?? ''}`
        : unauthorizedText(action);
    case 'list':
    case 'add-tag':
    case 'remove-tag':
    case 'member-list':
    case 'member-show':
    case 'stage':
    case 'store':
    case 'task':
    case 'image-tasks':
    case 'cache':
      return unauthorizedText(action);
  }
}
