import { useEffect, useRef, useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import { type Entry, mostEntries, readJournal } from '../../data/journal';
import type { Session } from '../../data/session';

/** ms between two looks */
const pauseMs = 1000;

/** Sent to the window after the journal was cleared. */
const cleared = 'tagway:journal-cleared';

export function announceCleared(): void {
  dispatchEvent(new Event(cleared));
}

interface Watched {
  readonly entries: readonly Entry[];
  readonly fault: string;
  /** Whether the journal was read at least once. */
  readonly isRead: boolean;
}

/** Follows the journal while the page can be seen. */
export function useJournal(session: Session, isRunning: boolean): Watched {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [fault, setFault] = useState('');
  const [isRead, setRead] = useState(false);
  const next = useRef<number | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = !isRunning;
    const look = async (): Promise<void> => {
      try {
        if (document.visibilityState === 'visible') {
          const page = await readJournal(session, next.current);
          next.current = page.next;
          setFault('');
          setRead(true);
          if (page.entries.length > 0) setEntries((old) => [...old, ...page.entries].slice(-mostEntries));
        }
      } catch (error) {
        setFault(errorText(error));
      }
      if (!isOver) timer = setTimeout(() => void look(), pauseMs);
    };
    if (isRunning) void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [session, isRunning]);
  useEffect(() => {
    const clear = (): void => {
      setEntries([]);
    };
    addEventListener(cleared, clear);
    return () => {
      removeEventListener(cleared, clear);
    };
  }, []);
  return { entries, fault, isRead };
}
