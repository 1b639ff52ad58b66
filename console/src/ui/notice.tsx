import type { JSX } from 'preact';

export interface NoticeText {
  readonly kind: 'done' | 'error';
  readonly text: string;
}

export const noNotice: NoticeText = { kind: 'done', text: '' };

/** Both regions are always there: a screen reader hears only what changes in one that it knows. */
export function Notice({ kind, text }: NoticeText): JSX.Element {
  return (
    <>
      <p role="status" class={`notice ${kind === 'done' && text !== '' ? 'done' : 'empty'}`}>
        {kind === 'done' ? text : ''}
      </p>
      <p role="alert" class={`notice ${kind === 'error' && text !== '' ? 'error' : 'empty'}`}>
        {kind === 'error' ? text : ''}
      </p>
    </>
  );
}
