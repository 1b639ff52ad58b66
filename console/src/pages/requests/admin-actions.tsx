import { Eraser, Pause, Play, RotateCcw, Zap } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { resetGateway } from '../../data/admin';
import { errorText } from '../../data/exchange';
import { clearJournal } from '../../data/journal';
import type { Session } from '../../data/session';
import { useShortcut } from '../../frame/shortcuts';
import { toast } from '../../frame/toasts';
import { ConfirmDialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { useAction } from '../../ui/use-action';
import { FaultsDialog } from './faults-dialog';
import { announceCleared } from './use-journal';

interface AdminActionsProps {
  readonly session: Session;
  readonly isRunning: boolean;
  readonly onRunning: (isRunning: boolean) => void;
}

export function AdminActions({ session, isRunning, onRunning }: AdminActionsProps): JSX.Element {
  const [open, setOpen] = useState<'faults' | 'reset' | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  const pause = (): void => {
    onRunning(!isRunning);
  };
  const clear = async (): Promise<void> => {
    try {
      await clearJournal(session);
      announceCleared();
      toast('Requests cleared');
    } catch (error) {
      toast(errorText(error));
    }
  };
  useShortcut('p', 'Pause or continue', pause);
  return (
    <>
      <button type="button" class="button" aria-pressed={!isRunning} onClick={pause}>
        <Icon icon={isRunning ? Pause : Play} />
        Pause
      </button>
      <button type="button" class="button" onClick={() => void clear()}>
        <Icon icon={Eraser} />
        Clear
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          setOpen('faults');
        }}
      >
        <Icon icon={Zap} />
        Faults
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          setOpen('reset');
        }}
      >
        <Icon icon={RotateCcw} />
        Reset
      </button>
      {open === 'faults' && <FaultsDialog session={session} onClose={close} />}
      {open === 'reset' && <ResetDialog session={session} onClose={close} />}
    </>
  );
}

interface ResetDialogProps {
  readonly session: Session;
  readonly onClose: () => void;
}

function ResetDialog({ session, onClose }: ResetDialogProps): JSX.Element {
  const reset = useAction(async () => {
    await resetGateway(session);
    toast('The gateway is back at its seed');
    onClose();
  });
  return (
    <ConfirmDialog
      title="Reset this gateway?"
      action="Reset everything"
      isBusy={reset.isBusy}
      fault={reset.fault}
      onConfirm={reset.run}
      onClose={onClose}
    >
      <p>
        The images and tags of <strong>all projects</strong> are deleted, and those of the seed file are made
        again. Faults are cleared. Users and keys stay.
      </p>
    </ConfirmDialog>
  );
}
