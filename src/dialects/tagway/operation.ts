import type { Operation } from '../../http/operations';

/** One operation of this surface. */
export interface NativeOperation extends Operation {
  /** Anyone may ask: no credentials, no project. */
  readonly open?: true;
}
