import type { JSX } from 'preact';
import { dialectNames } from '../../data/calls';
import type { EntryFilter } from '../../data/journal';
import { Select } from '../../ui/select';

interface EntryFiltersProps {
  readonly filter: EntryFilter;
  readonly onFilter: (filter: EntryFilter) => void;
}

const surfaces: readonly (readonly [string, string])[] = [
  ['', 'All'],
  ...Object.entries(dialectNames),
  ['identity-v3', 'Identity v3'],
  ['tagway', 'Native'],
  ...['docs', 'health', 'metrics'].map((name) => [name, name] as const),
];

const statuses: readonly (readonly [string, string])[] = [
  ['', 'All'],
  ...['2', '3', '4', '5'].map((digit) => [digit, `${digit}xx`] as const),
];

export function EntryFilters({ filter, onFilter }: EntryFiltersProps): JSX.Element {
  return (
    <div class="toolbar">
      <Select
        label="Dialect"
        value={filter.surface}
        options={surfaces}
        onChange={(surface) => {
          onFilter({ ...filter, surface });
        }}
      />
      <Select
        label="Status"
        value={filter.status}
        options={statuses}
        onChange={(status) => {
          onFilter({ ...filter, status });
        }}
      />
      <label class="select grow">
        <span>Method or path</span>
        <input
          type="search"
          value={filter.text}
          onInput={(event) => {
            onFilter({ ...filter, text: event.currentTarget.value });
          }}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={filter.own}
          onChange={(event) => {
            onFilter({ ...filter, own: event.currentTarget.checked });
          }}
        />
        Show the console’s own
      </label>
    </div>
  );
}
