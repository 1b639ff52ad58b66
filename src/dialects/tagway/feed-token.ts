import type { FeedCursor } from '../../core/feed';

/** Opaque to clients: which project's feed, and behind which of its events. */
export function encodeFeedToken(projectId: string, { feedId, position }: FeedCursor): string {
  return Buffer.from(`${feedId} ${projectId} ${String(position)}`).toString('base64url');
}

const shape = /^([0-9a-f-]{36}) (\S+) (\d{1,15})$/;

/** @returns undefined when it is no token of this project's feed */
export function decodeFeedToken(projectId: string, token: string): FeedCursor | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const [, feedId, project, position] = shape.exec(text) ?? [];
  if (feedId === undefined || project !== projectId) return undefined;
  return { feedId, position: Number(position) };
}
