import { useCallback, useEffect, useState } from 'preact/hooks';

/** What is read from the gateway. The last value stays while it is read anew, so that nothing flickers. */
export interface Resource<Value> {
  readonly value: Value | undefined;
  readonly error: Error | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<Value> {
  readonly value: Value | undefined;
  readonly error: Error | null;
  readonly isLoading: boolean;
}

/**
 * Reads when it is first shown, when `key` changes and when it is asked to. An answer that came too late is dropped.
 * @param key names what is read; a change of it reads anew
 */
export function useResource<Value>(
  key: string,
  read: (signal: AbortSignal) => Promise<Value>,
): Resource<Value> {
  const [state, setState] = useState<State<Value>>({ value: undefined, error: null, isLoading: true });
  const [count, setCount] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState(({ value }) => ({ value, error: null, isLoading: true }));
    read(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ value, error: null, isLoading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const fault = error instanceof Error ? error : new Error(String(error));
        setState(({ value }) => ({ value, error: fault, isLoading: false }));
      },
    );
    return () => {
      abort.abort();
    };
    // `read` is made anew with each drawing; `key` says when it reads something else.
  }, [key, count]);
  const reload = useCallback(() => {
    setCount((now) => now + 1);
  }, []);
  return { ...state, reload };
}
