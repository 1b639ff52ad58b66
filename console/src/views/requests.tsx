import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { dialectNames, dialects } from '../calls';
import { errorText } from '../exchange';
import { type Entry, type EntryFilter, matches, mostEntries, readJournal } from '../journal';
import { EntryTable } from '../parts/entry-table';
import { ViewHeading } from '../parts/heading';
import { Notice } from '../parts/notice';
import type { Session } from '../session';

/** ms between two looks */
const pause = 1000;
const shown = 200;

export function RequestsView({ session }: { session: Session }): JSX.Element {
  const hint = hindrance(session);
  return (
    <>
      <ViewHeading title="Requests" />
      {hint ?? <LiveRequests session={session} />}
    </>
  );
}

/** Why there is nothing to see, and what to do about it. */
function hindrance({ about, isAdmin }: Session): JSX.Element | null {
  if (!about.admin) {
    return (
      <p class="card">
        This gateway keeps no journal of its requests. Start it with <code>TAGWAY_ADMIN=on</code>, or as{' '}
        <code>tagway --ephemeral</code>.
      </p>
    );
  }
  if (isAdmin) return null;
  return (
    <p class="card">
      The requests of all projects are for an admin. Sign in as a user with the role <code>admin</code>.
    </p>
  );
}

function LiveRequests({ session }: { session: Session }): JSX.Element {
  const [isRunning, setRunning] = useState(true);
  const [filter, setFilter] = useState<EntryFilter>({ surface: '', status: '', text: '' });
  const { entries, fault, clear } = useJournal(session, isRunning);
  const found = entries.filter((entry) => matches(entry, filter)).reverse();
  return (
    <>
      <div class="row controls">
        <FilterFields filter={filter} onFilter={setFilter} />
        <button
          type="button"
          class="quiet"
          aria-pressed={!isRunning}
          onClick={() => {
            setRunning(!isRunning);
          }}
        >
          Pause
        </button>
        <button type="button" class="quiet" onClick={clear}>
          Clear
        </button>
      </div>
      <Notice kind="error" text={fault} />
      <p class="hint">{countText(found.length, entries.length)}</p>
      {found.length > 0 && <EntryTable entries={found.slice(0, shown)} />}
    </>
  );
}

function countText(found: number, all: number): string {
  if (all === 0) return 'No requests yet: send one, and it stands here within a second.';
  const some = found > shown ? `the latest ${String(shown)} of ${String(found)}` : String(found);
  return `Newest first; showing ${some} of the last ${String(all)} requests.`;
}

interface Watched {
  readonly entries: readonly Entry[];
  readonly fault: string;
  readonly clear: () => void;
}

/** Follows the journal while the page can be seen. */
function useJournal(session: Session, isRunning: boolean): Watched {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [fault, setFault] = useState('');
  const next = useRef<number | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = !isRunning;
    const look = async (): Promise<void> => {
      try {
        if (document.visibilityState === 'visible') {
          const page = await readJournal(session, next.current);
          next.current = page.next;
          setFault('');
          if (page.entries.length > 0) setEntries((old) => [...old, ...page.entries].slice(-mostEntries));
        }
      } catch (error) {
        setFault(errorText(error));
      }
      if (!isOver) timer = setTimeout(() => void look(), pause);
    };
    if (isRunning) void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [session, isRunning]);
  return {
    entries,
    fault,
    clear: () => {
      setEntries([]);
    },
  };
}

const surfaces = { ...dialectNames, 'identity-v3': 'Identity v3' };
const others = ['identity-v3', 'docs', 'health', 'metrics'];

interface FilterFieldsProps {
  readonly filter: EntryFilter;
  readonly onFilter: (filter: EntryFilter) => void;
}

function FilterFields({ filter, onFilter }: FilterFieldsProps): JSX.Element {
  const select = (
    label: string,
    field: 'surface' | 'status',
    options: readonly (readonly [string, string])[],
  ) => (
    <label>
      {label}
      <select
        value={filter[field]}
        onChange={(event) => {
          onFilter({ ...filter, [field]: event.currentTarget.value });
        }}
      >
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  const names: Readonly<Record<string, string>> = surfaces;
  return (
    <>
      {select('Dialect', 'surface', [
        ['', 'All'],
        ...[...dialects, ...others].map((name) => [name, names[name] ?? name] as const),
      ])}
      {select('Status', 'status', [
        ['', 'All'],
        ...['2', '3', '4', '5'].map((digit) => [digit, `${digit}xx`] as const),
      ])}
      <label>
        Method or path
        <input
          type="search"
          value={filter.text}
          onInput={(event) => {
            onFilter({ ...filter, text: event.currentTarget.value });
          }}
        />
      </label>
    </>
  );
}
