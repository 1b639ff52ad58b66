import type { Operation } from '../../http/operations';
import type { ErrorContext } from './errors/error-context';

/** A body is refused unless the row says what becomes of it. */
export interface ImageOperation extends Operation {
  /** Selects the wording of the refusal. */
  readonly subject: ErrorContext;
  /** Glance has no route for other methods of this path. */
  readonly onlyMethod?: true;
  /** The last segment may hold what cannot be stored: the operation answers that itself. */
  readonly anyText?: boolean;
}
