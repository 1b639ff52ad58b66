/**
 * A check that a history of one tag of one image can be told in one order (Wing and Gong's search). The tag
 * is a register that is there or not; every call overlaps with those whose spans meet its own.
 */
export interface Call {
  readonly from: number;
  readonly to: number;
  /** What the call saw and did, given whether the tag was there: the tag afterwards, or `undefined` if impossible. */
  readonly effect: (there: boolean) => boolean | undefined;
}

/** Adding always succeeds. */
export const added = (): boolean => true;
/** Removing once: it was there. */
export const removed = (there: boolean): boolean | undefined => (there ? false : undefined);
/** Removing once: it was not. */
export const wasMissing = (there: boolean): boolean | undefined => (there ? undefined : false);
/** Removing idempotently. */
export const ensuredAbsent = (): boolean => false;
/** Reading. */
export const seen =
  (present: boolean) =>
  (there: boolean): boolean | undefined =>
    there === present ? there : undefined;

export function isLinearizable(calls: readonly Call[], atFirst: boolean): boolean {
  const dead = new Set<string>();
  const search = (left: readonly number[], there: boolean): boolean => {
    if (left.length === 0) return true;
    const state = `${left.join()}|${String(there)}`;
    if (dead.has(state)) return false;
    // Only a call that began before every remaining call ended can be the next.
    const firstEnd = Math.min(...left.map((index) => calls[index]?.to ?? Infinity));
    for (const index of left) {
      const call = calls[index];
      if (!call || call.from > firstEnd) continue;
      const next = call.effect(there);
      if (next === undefined) continue;
      if (
        search(
          left.filter((other) => other !== index),
          next,
        )
      )
        return true;
    }
    dead.add(state);
    return false;
  };
  return search([...calls.keys()], atFirst);
}
