/** An event of the feed, or an item of the history, as far as they are compared. */
export interface SeenChange {
  readonly image: string;
  readonly revision: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface SeenEvent extends SeenChange {
  /** The CloudEvent's. */
  readonly id: string;
  /** The whole set after it. */
  readonly tags: readonly string[];
}

export interface CloudEvent {
  readonly id: string;
  readonly data: SeenChange & { readonly tags: readonly string[] };
}

export function seenEvent({ id, data }: CloudEvent): SeenEvent {
  const { image, revision, added, removed, tags } = data;
  return { id, image, revision, added, removed, tags };
}

export function nameOf({ image, revision }: SeenChange): string {
  return `revision ${String(revision)} of ${image}`;
}
