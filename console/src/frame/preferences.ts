import { useEffect, useState } from 'preact/hooks';

/** The user's choices, kept in the browser; nothing is written before the first one. */
const prefix = 'tagway.';
const changed = 'tagway:preference';

export function readPreference<Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: Value,
): Value {
  const stored = localStorage.getItem(prefix + name);
  return values.find((value) => value === stored) ?? fallback;
}

export function usePreference<Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: Value,
): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => readPreference(name, values, fallback));
  useEffect(() => {
    const follow = (): void => {
      setValue(readPreference(name, values, fallback));
    };
    addEventListener(changed, follow);
    return () => {
      removeEventListener(changed, follow);
    };
  }, [name, values, fallback]);
  return [
    value,
    (chosen) => {
      localStorage.setItem(prefix + name, chosen);
      dispatchEvent(new Event(changed));
    },
  ];
}
