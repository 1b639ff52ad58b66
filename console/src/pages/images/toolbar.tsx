import type { JSX } from 'preact';
import { imageStatuses } from '../../../../src/core/image-status';
import { visibilities } from '../../../../src/core/image';
import type { SortField } from '../../../../src/console/image-search';
import type { ImageQuery } from '../../data/images';
import { type Spelling, spellingNames, spellings } from '../../data/tags';
import { usePreference } from '../../frame/preferences';
import { Select } from '../../ui/select';
import { orders, pageSizes } from './image-query';

interface ToolbarProps {
  readonly query: ImageQuery;
  readonly onChange: (changes: Partial<ImageQuery>) => void;
}

export function useSpelling(): [Spelling, (spelling: Spelling) => void] {
  return usePreference('spelling', spellings, 'plain');
}

export function Toolbar({ query, onChange }: ToolbarProps): JSX.Element {
  const [spelling, setSpelling] = useSpelling();
  return (
    <div class="toolbar">
      <Select
        label="Status"
        value={query.status}
        options={[['', 'Any'], ...imageStatuses.map(named)]}
        onChange={(status) => {
          onChange({ status });
        }}
      />
      <Select
        label="Visibility"
        value={query.visibility}
        options={[['', 'Any'], ...visibilities.map(named)]}
        onChange={(visibility) => {
          onChange({ visibility });
        }}
      />
      <Select
        label="Sort by"
        value={`${query.sort}:${query.order}`}
        options={Object.entries(orders)}
        onChange={(text) => {
          const [sort, order] = text.split(':');
          onChange({ sort: sort as SortField, order: order === 'asc' ? 'asc' : 'desc' });
        }}
      />
      <Select
        label="Tags as"
        value={spelling}
        options={spellings.map((value) => [value, spellingNames[value]])}
        onChange={(value) => {
          setSpelling(value as Spelling);
        }}
      />
      <Select
        label="Rows"
        value={String(query.size)}
        options={pageSizes.map((size) => [String(size), String(size)])}
        onChange={(size) => {
          onChange({ size: Number(size) });
        }}
      />
    </div>
  );
}

function named(value: string): readonly [string, string] {
  return [value, value.charAt(0).toUpperCase() + value.slice(1)];
}
