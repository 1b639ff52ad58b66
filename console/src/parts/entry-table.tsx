import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Entry, Message } from '../journal';
import { CopyButton } from './copy-button';
import { pretty, StatusText } from './exchange-panel';

export function EntryTable({ entries }: { entries: readonly Entry[] }): JSX.Element {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <table class="card entries">
      <caption class="unseen">Requests, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Dialect</th>
          <th scope="col">Request</th>
          <th scope="col">Status</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <EntryRows
            key={entry.id}
            entry={entry}
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
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function EntryRows({ entry, isOpen, onToggle }: EntryRowsProps): JSX.Element {
  const { at, surface, method, target, status, milliseconds } = entry;
  return (
    <>
      <tr class={isOpen ? 'chosen' : undefined}>
        <td class="time">{at.slice(11, 23)}</td>
        <td class="surface">{surface}</td>
        <td class="request">
          <button type="button" class="link" aria-expanded={isOpen} onClick={onToggle}>
            <code>
              {method} {target}
            </code>
          </button>
        </td>
        <td>
          <StatusText status={status} />
        </td>
        <td class="number">{milliseconds.toFixed(1)} ms</td>
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={5}>
            <Details entry={entry} />
          </td>
        </tr>
      )}
    </>
  );
}

function Details({ entry }: { entry: Entry }): JSX.Element {
  const { requestId, project, user, method, target, status } = entry;
  return (
    <>
      <dl class="facts">
        <Fact name="Request id" value={requestId} />
        <Fact name="Project" value={project ?? 'none'} />
        <Fact name="User" value={user ?? 'nobody'} />
      </dl>
      <div class="sides">
        <Side title="Request" first={`${method} ${target}`} message={entry.request} />
        <Side title="Answer" first={String(status)} message={entry.response} />
      </div>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface SideProps {
  readonly title: string;
  readonly first: string;
  readonly message: Message;
}

function Side({ title, first, message }: SideProps): JSX.Element {
  const text = [first, ...headerLines(message), '', bodyText(message)].join('\n').trimEnd();
  return (
    <section aria-label={title}>
      <div class="row">
        <h3>{title}</h3>
        <CopyButton text={text} what={`Copy the ${title.toLowerCase()}`} />
      </div>
      <pre tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </section>
  );
}

/** Those whose values the gateway does not tell share a line. */
function headerLines({ headers }: Message): string[] {
  const all = Object.entries(headers);
  const masked = all.filter(([, value]) => value === '***').map(([name]) => name);
  const told = all.filter(([, value]) => value !== '***').map(([name, value]) => `${name}: ${value}`);
  return masked.length === 0 ? told : [...told, `${masked.join(', ')}: ***`];
}

function bodyText({ body, bytes, truncated }: Message): string {
  if (body === null) return bytes === 0 ? '' : `(${String(bytes)} bytes that are not shown)`;
  return truncated ? `${body}\n… (${String(bytes)} bytes in all)` : pretty(body);
}
