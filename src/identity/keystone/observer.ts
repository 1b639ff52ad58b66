/**
 * `granted`: an answer below 400; `refused`: one below 500; `failed`: none in time, or only 500 and above; `unasked`:
 * Keystone counts as away or too many questions wait, so it was not asked.
 */
export type CallOutcome = 'granted' | 'refused' | 'failed' | 'unasked';

/** Told of what is asked of Keystone; it must be quick and never throw. */
export interface KeystoneObserver {
  call(outcome: CallOutcome, milliseconds: number): void;
  /** Keystone counts as away from now on, or is back. */
  circuit(state: 'away' | 'back'): void;
}

export const noKeystoneObserver: KeystoneObserver = { call: () => undefined, circuit: () => undefined };
