import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { parseSearchExpression } from '../../../../src/console/expression';

/** Typing searches after this pause, Enter at once. */
const pauseMs = 350;

interface SearchText {
  readonly text: string;
  readonly clear: () => void;
  readonly change: (typed: string, how: 'typed' | 'chosen') => void;
  /** At once; nothing if the text is no search. */
  readonly search: (typed: string) => void;
}

/** The text of a search field, and when it is searched for. @param q what the address says */
export function useSearchText(q: string, onSearch: (q: string, isTyping: boolean) => void): SearchText {
  const [text, setText] = useState(q);
  const searched = useRef(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stop = (): void => {
    clearTimeout(timer.current);
  };
  useEffect(() => stop, []);
  useLayoutEffect(() => {
    // Its own search may reach the address after more was typed. Any other change is a tag that was pressed, or the way back.
    if (q.trim() !== searched.current.trim()) {
      stop();
      setText(q);
    }
    searched.current = q;
  }, [q]);
  const searchNow = (typed: string, isTyping: boolean): void => {
    stop();
    if (!('filter' in parseSearchExpression(typed))) return;
    searched.current = typed;
    onSearch(typed, isTyping);
  };
  return {
    text,
    clear: () => {
      setText('');
      searchNow('', false);
    },
    change: (typed, how) => {
      setText(typed);
      stop();
      // Behind “key=” a value follows; Enter looks for tags without one.
      if (typed.endsWith('=')) return;
      if (how === 'typed') timer.current = setTimeout(searchNow, pauseMs, typed, true);
      else searchNow(typed, false);
    },
    search: (typed) => {
      searchNow(typed, false);
    },
  };
}
