import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly values: readonly Value[];
  readonly names: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few: radio buttons that look like one bar. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): JSX.Element {
  const group = useId();
  const { legend, values, names, value, onChange } = props;
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {values.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name={group}
            value={one}
            checked={one === value}
            onChange={() => {
              onChange(one);
            }}
          />
          <span>{names[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}
