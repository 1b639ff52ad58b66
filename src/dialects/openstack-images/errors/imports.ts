import type { Refusal } from '../../../core/errors';
import { type ErrorPage, errorPage } from './error-page';
import { formatMismatchText, type RefusalOfKind } from './limits';
import type { ErrorContext } from './error-context';

const kinds = [
  'import-not-possible',
  'import-formats-missing',
  'too-many-imports',
  'task-not-found',
  'format-mismatch',
] as const;

export type ImportPageRefusal = RefusalOfKind<(typeof kinds)[number]>;

/** Refusals of imports, of tasks, and of data that are looked into. */
export function isImportPageRefusal(refusal: Refusal): refusal is ImportPageRefusal {
  return (kinds as readonly string[]).includes(refusal.kind);
}

export function importErrorPage(refusal: ImportPageRefusal, subject: ErrorContext): ErrorPage {
  switch (refusal.kind) {
    case 'import-not-possible':
      return errorPage(409, notPossible(refusal));
    case 'import-formats-missing': {
      const name = refusal.missing === 'diskFormat' ? 'disk_format' : 'container_format';
      return errorPage(409, `'${name}' needs to be set before import`);
    }
    case 'too-many-imports':
      return errorPage(
        429,
        `${String(refusal.limit)} imports are waiting already. The image is as it was; import again.`,
      );
    case 'format-mismatch':
      return errorPage(415, formatMismatchText(refusal));
    case 'task-not-found':
      // In a list it is the marker.
      return subject === 'list'
        ? errorPage(400, `Task with the given id ${refusal.taskId} was not found`)
        : errorPage(404, `Could not find task ${refusal.taskId}`);
  }
}

function notPossible({ method, status }: RefusalOfKind<'import-not-possible'>): string {
  if (method === 'copy') return 'Only images with status active can be targeted for copying';
  if (status === 'active') return 'Image with status active cannot be target for import';
  if (method === 'download') return "Image needs to be in 'queued' state to use 'web-download' method";
  return "Image needs to be staged before 'glance-direct' method can be used";
}
