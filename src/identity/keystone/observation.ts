/**
 * `granted`: an answer below 400; `refused`: one below 500; `failed`: none in time, or only 500 and above; `unasked`:
 * Keystone counts as away or too many calls wait, so it was not called.
 */
export type KeystoneCallOutcome = 'granted' | 'refused' | 'failed' | 'unasked';

export type KeystoneObservation =
  | { readonly kind: 'keystone-call'; readonly outcome: KeystoneCallOutcome; readonly milliseconds: number }
  /** Keystone counts as away from now on, or is back. */
  | { readonly kind: 'keystone-circuit'; readonly state: 'away' | 'back' };
