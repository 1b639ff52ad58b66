import { Search, X } from 'lucide';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { parseSearchExpression } from '../../../../src/console/expression';
import { completeSearch } from '../../data/completions';
import type { Session } from '../../data/session';
import { useShortcut } from '../../frame/shortcuts';
import { Combobox } from '../../ui/combobox';
import { Icon } from '../../ui/icon';
import { useSuggestions } from '../../ui/use-suggestions';
import { useSearchText } from './use-search-text';

interface SearchBoxProps {
  /** As the address says it. */
  readonly q: string;
  readonly session: Session;
  readonly onSearch: (q: string, isTyping: boolean) => void;
}

export function SearchBox({ q, session, onSearch }: SearchBoxProps): JSX.Element {
  const { text, clear, change, search } = useSearchText(q, onSearch);
  const field = useRef<HTMLInputElement>(null);
  const parsed = parseSearchExpression(text);
  const fault = 'fault' in parsed ? parsed.fault : '';
  const suggestions = useSuggestions(text, (typed, signal) => completeSearch(session, typed, signal));
  useShortcut('/', 'Search', () => {
    field.current?.select();
  });
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
          search(text);
        }}
      />
      {text === '' ? (
        <kbd class="search-key" aria-hidden="true">
          /
        </kbd>
      ) : (
        <ClearButton
          onClear={() => {
            clear();
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
      <code>-os=windows</code> <code>untagged</code> <code>selector:env in (dev, test)</code>
    </p>
  );
}
