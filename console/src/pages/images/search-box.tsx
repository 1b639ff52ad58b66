import { Search, X } from 'lucide';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { parseExpression } from '../../../../src/console/expression';
import { completeSearch } from '../../data/completions';
import type { Session } from '../../data/session';
import { useShortcut } from '../../frame/shortcuts';
import { Combobox } from '../../ui/combobox';
import { Icon } from '../../ui/icon';
import { useSuggestions } from '../../ui/use-suggestions';

interface SearchBoxProps {
  /** As the address says it. */
  readonly q: string;
  readonly session: Session;
  readonly onSearch: (q: string, isTyping: boolean) => void;
}

/** Typing searches after this pause, Enter at once. */
const pauseMs = 350;

export function SearchBox({ q, session, onSearch }: SearchBoxProps): JSX.Element {
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const parsed = parseExpression(text);
  const fault = 'fault' in parsed ? parsed.fault : '';
  const suggestions = useSuggestions(text, (typed, signal) => completeSearch(session, typed, signal));
  useShortcut('/', 'Search', () => {
    field.current?.select();
  });
  useEffect(() => {
    // The address changed by itself: a tag was pressed, or the way back taken.
    setText((typed) => (typed.trim() === q.trim() ? typed : q));
    return () => {
      clearTimeout(timer.current);
    };
  }, [q]);
  const search = (typed: string, isTyping: boolean): void => {
    clearTimeout(timer.current);
    if ('filter' in parseExpression(typed)) onSearch(typed, isTyping);
  };
  const change = (typed: string, how: 'typed' | 'chosen'): void => {
    setText(typed);
    clearTimeout(timer.current);
    // Behind “key=” a value follows; Enter looks for tags without one.
    if (typed.endsWith('=')) return;
    if (how === 'typed') timer.current = setTimeout(search, pauseMs, typed, true);
    else search(typed, false);
  };
  return (
    <search class="search">
      <Combobox
        label="Search images"
        text={text}
        suggestions={suggestions}
        field={field}
        placeholder="Name, ID or tags: debian env=prod"
        describedBy="search-hint"
        isInvalid={fault !== ''}
        before={<Icon icon={Search} size={18} />}
        onText={change}
        onEnter={() => {
          search(text, false);
        }}
      />
      {text === '' ? (
        <kbd class="search-key" aria-hidden="true">
          /
        </kbd>
      ) : (
        <ClearButton
          onClear={() => {
            setText('');
            search('', false);
            field.current?.focus();
          }}
        />
      )}
      <SearchHint fault={fault} />
    </search>
  );
}

function ClearButton({ onClear }: { onClear: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="button icon-only small search-clear"
      aria-label="Clear search"
      onClick={onClear}
    >
      <Icon icon={X} size={14} />
    </button>
  );
}

function SearchHint({ fault }: { fault: string }): JSX.Element {
  if (fault !== '') {
    return (
      <p id="search-hint" class="hint fault" role="alert">
        {fault}
      </p>
    );
  }
  return (
    <p id="search-hint" class="hint">
      Words find names. Tags: <code>env=prod</code> <code>env=dev|test</code> <code>has:golden</code>{' '}
      <code>-os=windows</code> <code>untagged</code>
    </p>
  );
}
