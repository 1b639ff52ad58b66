import type { JSX } from 'preact';

export interface NoticeText {
  readonly kind: 'done' | 'error';
  readonly text: string;
}

export const noNotice: NoticeText = { kind: 'done', text: '' };

/** Why something failed. The region is always there: a screen reader hears only what changes in one that it knows. */
export function FaultNotice({ fault }: { fault: string }): JSX.Element {
  return (
    <p role="alert" class={fault === '' ? 'notice empty' : 'notice error'}>
      {fault}
    </p>
  );
}

/** What was done, or why it failed. */
export function Notice({ kind, text }: NoticeText): JSX.Element {
  return (
    <>
      <p role="status" class={`notice ${kind === 'done' && text !== '' ? 'done' : 'empty'}`}>
        {kind === 'done' ? text : ''}
      </p>
      <FaultNotice fault={kind === 'error' ? text : ''} />
    </>
  );
}
