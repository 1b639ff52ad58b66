import type { Operation } from '../../http/operations';

/** One operation of this surface. */
export interface NativeOperation extends Operation {
  /** Public: no credentials, no project. */
  readonly open?: true;
}
