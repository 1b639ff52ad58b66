import type { Instant } from '../core/clock';
import type { Guard, ExpectedState } from '../core/guard';

interface EntityTag {
  readonly weak: boolean;
  /** The text between the quotes. */
  readonly text: string;
}

/** RFC 9110, 8.8.3; obs-text is accepted, as Node passes it. */
const element = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(,|$)/y;

/** The tags of a list, `any` for `*`; undefined if it is neither. */
function tagsIn(header: string): 'any' | readonly EntityTag[] | undefined {
  if (header.trim() === '*') return 'any';
  const found: EntityTag[] = [];
  element.lastIndex = 0;
  for (;;) {
    const match = element.exec(header);
    if (!match) return undefined;
    const [, weak, text, end] = match;
    if (text !== undefined) found.push({ weak: weak !== undefined, text });
    if (end === '') return found;
  }
}

/** The ETag of an image's tags. */
export function tagsEtag(revision: number): string {
  return `"${String(revision)}"`;
}

/** The ETag of a whole image: every visible change moves its time or its tags' revision. */
export function imageEtag(image: { readonly tagRevision: number; readonly updatedAt: Instant }): string {
  return `"${String(image.tagRevision)}-${image.updatedAt}"`;
}

/**
 * The states that `If-Match` allows; null without one. Weak tags never match (RFC 9110, 13.1.1), nor do foreign
 * ones; a malformed list matches nothing.
 */
export function parseIfMatch(header: string | undefined): Guard | null {
  if (header === undefined) return null;
  const tags = tagsIn(header) ?? [];
  if (tags === 'any') return 'any';
  return tags.flatMap(({ weak, text }) => (weak ? [] : stateOf(text)));
}

const state = /^(\d{1,15})(?:-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z))?$/;

function stateOf(text: string): ExpectedState[] {
  const [, revision, updatedAt = null] = state.exec(text) ?? [];
  return revision === undefined ? [] : [{ revision: Number(revision), updatedAt }];
}

/** Does the client have this one already? Compares weakly, as for `If-None-Match` (RFC 9110, 13.1.2). */
export function matchesIfNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = tagsIn(header) ?? [];
  return tags === 'any' || tags.some(({ text }) => `"${text}"` === etag);
}
