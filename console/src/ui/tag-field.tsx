import type { JSX, Ref } from 'preact';
import { completeTag } from '../data/completions';
import type { Session } from '../data/session';
import { Combobox } from './combobox';
import { useSuggestions } from './use-suggestions';

interface TagFieldProps {
  readonly label: string;
  readonly session: Session;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onEnter: () => void;
  readonly field?: Ref<HTMLInputElement>;
  readonly describedBy?: string;
}

/** A field for one tag, which completes keys and values that the project has. */
export function TagField({ session, onText, ...rest }: TagFieldProps): JSX.Element {
  const suggestions = useSuggestions(rest.text, (typed, signal) => completeTag(session, typed, signal));
  return (
    <Combobox
      {...rest}
      suggestions={suggestions}
      placeholder="env=prod"
      onText={(text) => {
        onText(text);
      }}
    />
  );
}
