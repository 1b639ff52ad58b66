import type { Instant } from './clock';

/** A state of an image that a writer has seen: its tags' revision and, optionally, its last change. */
export interface ExpectedState {
  readonly revision: number;
  /** null: only the tags count */
  readonly updatedAt: Instant | null;
}

/** The states in which a change may be made; `any`: all. */
export type Guard = 'any' | readonly ExpectedState[];

/** The revisions a tag change may start from; null: any. */
export function revisionsAllowedByGuard(guard: Guard | null | undefined): readonly number[] | null {
  if (guard === null || guard === undefined || guard === 'any') return null;
  return guard.map(({ revision }) => revision);
}

/** May a change be made to an image in this state? */
export function guardAllows(
  guard: Guard | null | undefined,
  image: { readonly tagRevision: number; readonly updatedAt: Instant },
): boolean {
  if (guard === null || guard === undefined || guard === 'any') return true;
  return guard.some(
    ({ revision, updatedAt }) =>
      revision === image.tagRevision && (updatedAt === null || updatedAt === image.updatedAt),
  );
}
