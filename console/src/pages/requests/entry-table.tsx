import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dialectNames } from '../../data/calls';
import type { Entry } from '../../data/journal';
import type { Session } from '../../data/session';
import { StatusText } from '../../ui/exchange-panel';
import { EntryDetails } from './entry-details';

interface EntryTableProps {
  readonly entries: readonly Entry[];
  readonly session: Session;
}

export function EntryTable({ entries, session }: EntryTableProps): JSX.Element {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <table class="card table entries">
      <caption class="unseen">Requests, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Dialect</th>
          <th scope="col">Request</th>
          <th scope="col">Status</th>
          <th scope="col">Duration</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <EntryRows
            key={entry.id}
            entry={entry}
            session={session}
            isOpen={entry.id === open}
            onToggle={() => {
              setOpen(entry.id === open ? null : entry.id);
            }}
          />
        ))}
      </tbody>
    </table>
  );
}

interface EntryRowsProps {
  readonly entry: Entry;
  readonly session: Session;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

const names: Readonly<Record<string, string>> = { ...dialectNames, 'identity-v3': 'Identity' };

function EntryRows({ entry, session, isOpen, onToggle }: EntryRowsProps): JSX.Element {
  const { at, surface, method, target, status, milliseconds } = entry;
  return (
    <>
      <tr class={isOpen ? 'chosen' : undefined}>
        <td class="time">{at.slice(11, 23)}</td>
        <td class="surface">{names[surface] ?? surface}</td>
        <td class="request">
          <button type="button" class="link" aria-expanded={isOpen} onClick={onToggle}>
            <code>
              <span class="method">{method}</span> {target}
            </code>
          </button>
        </td>
        <td class="status-cell">
          <StatusText status={status} />
        </td>
        <td class="number">{milliseconds.toFixed(1)} ms</td>
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={5}>
            <EntryDetails entry={entry} session={session} />
          </td>
        </tr>
      )}
    </>
  );
}
