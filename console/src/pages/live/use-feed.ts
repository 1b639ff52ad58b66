import { useEffect, useRef, useState } from 'preact/hooks';
import { ServerRefusal } from '../../data/exchange';
import { feedNow, followFeed } from '../../data/feed';
import type { TagChange } from '../../data/history';
import type { Session } from '../../data/session';

export type Phase = 'connecting' | 'live' | 'paused' | 'reconnecting' | 'expired' | 'refused';

export interface Feed {
  readonly phase: Phase;
  /** Newest first, at most `mostShown`. */
  readonly changes: readonly TagChange[];
  /** Why it is refused. */
  readonly error: Error | null;
  readonly pause: () => void;
  /** From where it was paused: nothing is missed. */
  readonly resume: () => void;
  /** From now, with an empty list. */
  readonly restart: () => void;
}

export const mostShown = 200;

/** ms; as the stream itself asks for */
const retryMs = 2_000;

interface Spot {
  readonly selector: string;
  after: string;
}

/** The project's changes as they happen. After a lost connection it continues where it stopped. */
export function useFeed(session: Session, selector: string): Feed {
  const [phase, setPhase] = useState<Phase>('connecting');
  const [changes, setChanges] = useState<readonly TagChange[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [run, setRun] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const spot = useRef<Spot | null>(null);
  useEffect(() => {
    if (isPaused) return;
    if (spot.current?.selector !== selector) {
      spot.current = null;
      setChanges([]);
    }
    setError(null);
    const onChange = (change: TagChange): void => {
      setChanges((known) => [change, ...known].slice(0, mostShown));
    };
    return follow(session, { selector, spot, onPhase: setPhase, onChange, onRefused: setError });
  }, [session, selector, run, isPaused]);
  const pause = (): void => {
    setPaused(true);
    setPhase('paused');
  };
  const resume = (): void => {
    setPaused(false);
  };
  const restart = (): void => {
    spot.current = null;
    setChanges([]);
    setPaused(false);
    setRun(run + 1);
  };
  return { phase, changes, error, pause, resume, restart };
}

interface Following {
  readonly selector: string;
  /** Where it is, kept over pauses and lost connections. */
  readonly spot: { current: Spot | null };
  readonly onPhase: (phase: Phase) => void;
  readonly onChange: (change: TagChange) => void;
  readonly onRefused: (error: Error) => void;
}

/** @returns ends it; nothing is called after that */
function follow(session: Session, following: Following): () => void {
  const { selector, spot } = following;
  const abort = new AbortController();
  const { signal } = abort;
  const onPhase = (phase: Phase): void => {
    if (!signal.aborted) following.onPhase(phase);
  };
  const connect = async (): Promise<void> => {
    const place = spot.current ?? { selector, after: await feedNow(session, selector, signal) };
    if (signal.aborted) return;
    spot.current = place;
    const onOpen = (): void => {
      onPhase('live');
    };
    const onPlace = (after: string, change: TagChange | null): void => {
      if (signal.aborted) return;
      place.after = after;
      if (change) following.onChange(change);
    };
    await followFeed(session, place, { onOpen, onPlace }, signal);
  };
  onPhase('connecting');
  void keepConnected(connect, onPhase, signal).then((refusal) => {
    if (refusal && !signal.aborted) following.onRefused(refusal);
  });
  return () => {
    abort.abort();
  };
}

/** @returns the refusal that ends it */
async function keepConnected(
  connect: () => Promise<void>,
  show: (phase: Phase) => void,
  signal: AbortSignal,
): Promise<Error | null> {
  while (!signal.aborted) {
    try {
      await connect();
    } catch (error) {
      if (error instanceof ServerRefusal && isFinal(error.status)) {
        show(error.status === 410 ? 'expired' : 'refused');
        return error;
      }
    }
    show('reconnecting');
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  return null;
}

/** Too many watchers, and a gateway that stops, are worth another try. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 429;
}
