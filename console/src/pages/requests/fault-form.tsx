import type { JSX } from 'preact';
import type { NewFault } from '../../data/admin';
import { dialectNames } from '../../data/calls';

export type FaultValues = NewFault;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Which requests, and what they get. What is left empty matches all. */
export function FaultForm({ onAdd }: { onAdd: (values: FaultValues) => void }): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAdd(valuesOf(new FormData(event.currentTarget as HTMLFormElement)));
  };
  return (
    <form class="form columns" onSubmit={submit}>
      <label class="field">
        Status
        <input name="status" type="number" min={400} max={599} defaultValue="503" placeholder="none" />
      </label>
      <label class="field">
        Delay (ms)
        <input name="delay" type="number" min={0} max={60000} defaultValue="0" />
      </label>
      <label class="field">
        Requests
        <input name="times" type="number" min={1} max={10000} defaultValue="1" required />
      </label>
      <label class="field">
        Dialect
        <select name="surface">
          <option value="">Any</option>
          {Object.entries(dialectNames).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Method
        <select name="method">
          <option value="">Any</option>
          {methods.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
      </label>
      <label class="field">
        Path starts with
        <input name="path" pattern="/.*" placeholder="/v2/images" autocomplete="off" />
      </label>
      <button type="submit" class="button primary">
        Add fault
      </button>
    </form>
  );
}

function valuesOf(given: FormData): FaultValues {
  const text = (name: string): string => {
    const value = given.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const status = text('status') === '' ? {} : { status: Number(text('status')) };
  const delay = Number(text('delay')) > 0 ? { delay: Number(text('delay')) } : {};
  const matching = Object.fromEntries(
    ['surface', 'method', 'path'].filter((name) => text(name) !== '').map((name) => [name, text(name)]),
  );
  return { ...status, ...delay, ...matching, times: Number(text('times')) };
}
