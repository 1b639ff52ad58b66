import type { Instant } from './clock';

export interface Snapshot {
  readonly id: string;
  readonly createdAt: Instant;
}

/** Snapshots of a project, or of all projects together (null). */
export interface Snapshots {
  /** @throws SnapshotRefused too-many-snapshots */
  take(projectId: string | null): Promise<Snapshot>;
  list(projectId: string | null): Promise<readonly Snapshot[]>;
  /** Puts the images and all that belongs to them back, as one step. @throws SnapshotRefused */
  restore(projectId: string | null, id: string): Promise<void>;
  /** @throws SnapshotRefused snapshot-missing */
  remove(projectId: string | null, id: string): Promise<void>;
}

export type SnapshotRefusal =
  | { readonly kind: 'snapshot-missing'; readonly id: string }
  | { readonly kind: 'too-many-snapshots'; readonly limit: number }
  /** Only of the embedded Postgres. */
  | { readonly kind: 'no-state-file' }
  | { readonly kind: 'state-too-large'; readonly limit: number }
  /** An image of the snapshot is in another project now. */
  | { readonly kind: 'snapshot-image-taken'; readonly id: string };

export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused';
  constructor(readonly refusal: SnapshotRefusal) {
    super(refusal.kind);
  }
}
