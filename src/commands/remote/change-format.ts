/** An item of the history, as the native API has it. */
export interface HistoryItem {
  readonly image: string;
  readonly revision: number;
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly reverts: number | null;
  readonly by: {
    readonly user_id: string;
    readonly user_name: string;
    readonly dialect: string;
    readonly operation: string;
  };
}

/** `2026-11-27 02:12:43  <image>  17  demo  openstack-images addImageTag  +env=prod -env=dev` */
export function formatChange({ image, revision, at, added, removed, reverts, by }: HistoryItem): string {
  const what = [...removed.map((tag) => `-${shown(tag)}`), ...added.map((tag) => `+${shown(tag)}`)];
  const undone = reverts === null ? [] : [`(reverts ${String(reverts)})`];
  const who = by.user_name === '' ? by.user_id : by.user_name;
  return [
    at.slice(0, 19).replace('T', ' '),
    image,
    String(revision).padStart(4),
    who === '' ? '-' : shown(who),
    `${by.dialect} ${by.operation}`,
    [...what, ...undone].join(' '),
  ].join('  ');
}

/** In quotes where a space or a control character would mislead: a tag must not write to the terminal. */
function shown(text: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text) && !text.startsWith('"') ? text : escaped(text);
}

function escaped(text: string): string {
  const hex = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return JSON.stringify(text).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, hex);
}
