import type { JSX } from 'preact';
import { dialectNames } from '../../data/calls';
import type { HistoryFilter } from '../../data/history';
import { Select } from '../../ui/select';

interface HistoryFiltersProps {
  readonly filter: HistoryFilter;
  readonly onFilter: (changes: Partial<HistoryFilter>) => void;
}

const dialects: readonly (readonly [string, string])[] = [
  ['', 'All'],
  ...Object.entries(dialectNames),
  ['tagway', 'Native API'],
  ...['seed', 'import', 'admin', 'unrecorded'].map((name) => [name, name] as const),
];

const fields: readonly (readonly [name: 'name' | 'key' | 'user' | 'image', label: string])[] = [
  ['name', 'Tag'],
  ['key', 'Key'],
  ['user', 'User ID'],
  ['image', 'Image ID'],
];

const moments: readonly (readonly [name: 'since' | 'until', label: string])[] = [
  ['since', 'Since (UTC)'],
  ['until', 'Until (UTC)'],
];

export function HistoryFilters({ filter, onFilter }: HistoryFiltersProps): JSX.Element {
  return (
    <div class="toolbar">
      <Select
        label="Dialect"
        value={filter.dialect}
        options={dialects}
        onChange={(dialect) => {
          onFilter({ dialect });
        }}
      />
      {fields.map(([name, label]) => (
        <label key={name} class="select grow">
          <span>{label}</span>
          <input
            type="search"
            value={filter[name]}
            onChange={(event) => {
              onFilter({ [name]: event.currentTarget.value.trim() });
            }}
          />
        </label>
      ))}
      {moments.map(([name, label]) => (
        <label key={name} class="select">
          <span>{label}</span>
          <input
            type="datetime-local"
            value={filter[name].slice(0, 16)}
            onChange={(event) => {
              const { value } = event.currentTarget;
              onFilter({ [name]: value === '' ? '' : `${value.slice(0, 16)}:00Z` });
            }}
          />
        </label>
      ))}
    </div>
  );
}
