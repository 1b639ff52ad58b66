import type { ComponentChildren, JSX, Ref } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';

export interface Suggestion {
  /** The whole text of the field once it is chosen. */
  readonly text: string;
  readonly label: string;
  readonly detail: string;
}

interface ComboboxProps {
  readonly label: string;
  readonly text: string;
  readonly suggestions: readonly Suggestion[];
  /** @param how `typed`, or `chosen` from the list */
  readonly onText: (text: string, how: 'typed' | 'chosen') => void;
  /** Enter, where nothing in the list is marked. */
  readonly onEnter: () => void;
  readonly field?: Ref<HTMLInputElement>;
  readonly placeholder?: string;
  readonly describedBy?: string;
  readonly isInvalid?: boolean;
  readonly before?: ComponentChildren;
}

/**
 * A field with a list of completions (the combobox of the ARIA Authoring Practices): arrow keys mark one, Enter takes
 * it, Escape closes the list. Zag's combobox selects values of a collection; here the text itself is the value.
 */
export function Combobox(props: ComboboxProps): JSX.Element {
  const { label, text, suggestions, onText, onEnter, field, placeholder, describedBy, isInvalid, before } =
    props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  useEffect(() => {
    setMarked(-1);
  }, [suggestions]);
  const isShown = isOpen && suggestions.length > 0;
  const choose = ({ text: chosen }: Suggestion): void => {
    onText(chosen, 'chosen');
    setMarked(-1);
    // A key alone is half a tag: its values come next.
    setOpen(chosen.endsWith('='));
  };
  const press = (event: KeyboardEvent): void => {
    const step = isShown ? moved(event.key, marked, suggestions.length) : undefined;
    const chosen = isShown ? suggestions[marked] : undefined;
    if (step !== undefined) setMarked(step);
    else if (event.key === 'ArrowDown' && suggestions.length > 0) setOpen(true);
    else if (event.key === 'Enter' && chosen) choose(chosen);
    else if (event.key === 'Enter') {
      setOpen(false);
      onEnter();
    } else if (event.key === 'Escape' && isShown) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div class="combobox">
      {before}
      <input
        ref={field ?? null}
        value={text}
        role="combobox"
        aria-label={label}
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && marked >= 0 ? `${id}-${String(marked)}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={isInvalid}
        placeholder={placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => {
          setOpen(true);
          onText(event.currentTarget.value, 'typed');
        }}
        onKeyDown={press}
        onBlur={() => {
          setOpen(false);
        }}
      />
      <SuggestionList id={id} isShown={isShown} suggestions={suggestions} marked={marked} onChoose={choose} />
    </div>
  );
}

/** Where an arrow key leads; -1 is the field itself. */
function moved(key: string, marked: number, count: number): number | undefined {
  if (key === 'ArrowDown') return marked + 1 < count ? marked + 1 : -1;
  if (key === 'ArrowUp') return marked >= 0 ? marked - 1 : count - 1;
  return undefined;
}

interface ListProps {
  readonly id: string;
  readonly isShown: boolean;
  readonly suggestions: readonly Suggestion[];
  readonly marked: number;
  readonly onChoose: (suggestion: Suggestion) => void;
}

function SuggestionList({ id, isShown, suggestions, marked, onChoose }: ListProps): JSX.Element {
  useEffect(() => {
    document.getElementById(`${id}-${String(marked)}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, marked]);
  return (
    <ul class="suggestions" id={`${id}-list`} role="listbox" aria-label="Suggestions" hidden={!isShown}>
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.text}
          id={`${id}-${String(index)}`}
          role="option"
          aria-selected={index === marked}
          onMouseDown={(event) => {
            // The field keeps the focus.
            event.preventDefault();
            onChoose(suggestion);
          }}
        >
          <span class="clip">{suggestion.label}</span>
          <small>{suggestion.detail}</small>
        </li>
      ))}
    </ul>
  );
}
