import type { Operation } from '../../http/operations';

export interface IdentityOperation extends Operation {
  /** Without credentials. */
  readonly open?: true;
}
