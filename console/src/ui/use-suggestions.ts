import { useEffect, useState } from 'preact/hooks';
import type { Suggestion } from './combobox';

const pauseMs = 120;
const none: readonly Suggestion[] = [];

/** Completions of what is being typed; those that fail or come too late are left out without a word. */
export function useSuggestions(
  text: string,
  complete: (text: string, signal: AbortSignal) => Promise<readonly Suggestion[]>,
): readonly Suggestion[] {
  const [suggestions, setSuggestions] = useState(none);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      complete(text, abort.signal).then(
        (found) => {
          if (!abort.signal.aborted) setSuggestions(found.filter((one) => one.text !== text));
        },
        () => {
          if (!abort.signal.aborted) setSuggestions(none);
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
    // The text alone says what is asked for.
  }, [text]);
  return suggestions;
}
