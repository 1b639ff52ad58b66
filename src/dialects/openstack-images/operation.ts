import type { Operation } from '../../http/operations';
import type { Subject } from './errors/refusals';

/** A body is refused unless the row says what becomes of it. */
export interface ImageOperation extends Operation {
  /** In whose words it is refused. */
  readonly subject: Subject;
  /** The last segment may hold what cannot be stored: the operation answers that itself. */
  readonly anyText?: boolean;
}
