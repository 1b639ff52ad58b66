import { useState } from 'preact/hooks';
import { errorText } from '../data/exchange';

interface Action {
  readonly run: () => void;
  readonly isBusy: boolean;
  /** Why it failed the last time; '' */
  readonly fault: string;
}

/** What a dialog confirms. It stays busy when the work is done: the dialog closes then. */
export function useAction(work: () => Promise<void>): Action {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const run = async (): Promise<void> => {
    setBusy(true);
    setFault('');
    try {
      await work();
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
    }
  };
  return { run: () => void run(), isBusy, fault };
}
