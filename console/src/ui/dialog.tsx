import { X } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icon';
import { FaultNotice } from './notice';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}

/** The browser's own modal dialog: it keeps the focus, closes with Escape and gives the focus back. */
export function Dialog({ title, onClose, children, isWide = false }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
    };
  }, []);
  const closeOutside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={isWide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={closeOutside}
    >
      <div class="dialog-content">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button icon-only" aria-label="Close" onClick={onClose}>
            <Icon icon={X} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface DialogFootProps {
  /** Of the button that does it. */
  readonly action: string;
  readonly isDisabled: boolean;
  /** Left out in a form, which the button submits. */
  readonly onAction?: () => void;
  readonly isDanger?: boolean;
  readonly onClose: () => void;
}

/** Cancel, and what the dialog is for. */
export function DialogFoot(props: DialogFootProps): JSX.Element {
  const { action, isDisabled, onAction, isDanger = false, onClose } = props;
  return (
    <footer class="dialog-foot">
      <button type="button" class="button" onClick={onClose}>
        Cancel
      </button>
      <button
        type={onAction ? 'button' : 'submit'}
        class={isDanger ? 'button danger' : 'button primary'}
        disabled={isDisabled}
        onClick={onAction}
      >
        {action}
      </button>
    </footer>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  readonly isBusy: boolean;
  readonly fault: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something is lost. */
export function ConfirmDialog(props: ConfirmProps): JSX.Element {
  const { title, action, isBusy, fault, onConfirm, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <FaultNotice fault={fault} />
      <DialogFoot action={action} isDisabled={isBusy} onAction={onConfirm} isDanger onClose={onClose} />
    </Dialog>
  );
}
