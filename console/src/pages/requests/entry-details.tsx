import { Repeat, Zap } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { addFault } from '../../data/admin';
import { dialects } from '../../data/calls';
import { errorText, send } from '../../data/exchange';
import { type Entry, imageOfTarget, type Message, replayOf } from '../../data/journal';
import type { Session } from '../../data/session';
import { href } from '../../frame/router';
import { toast } from '../../frame/toasts';
import { CopyButton } from '../../ui/copy-button';
import { pretty } from '../../ui/exchange-panel';
import { Icon } from '../../ui/icon';

interface EntryDetailsProps {
  readonly entry: Entry;
  readonly session: Session;
}

export function EntryDetails({ entry, session }: EntryDetailsProps): JSX.Element {
  const { requestId, project, user, method, target, status } = entry;
  return (
    <>
      <EntryActions entry={entry} session={session} />
      <dl class="facts">
        <Fact name="Request ID" value={requestId} />
        <Fact name="Project" value={project ?? 'none'} />
        <Fact name="User" value={user ?? 'not signed in'} />
      </dl>
      <div class="sides">
        <Side title="Request" first={`${method} ${target}`} message={entry.request} />
        <Side title="Answer" first={String(status)} message={entry.response} />
      </div>
    </>
  );
}

function EntryActions({ entry, session }: EntryDetailsProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const call = replayOf(entry);
  const imageId = imageOfTarget(entry.target);
  const act = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    toast(await work().catch(errorText));
    setBusy(false);
  };
  const replay = async (): Promise<string> => {
    if (!call) return '';
    const { answer } = await send(call, session.token);
    return `Replayed with your token: ${String(answer.status)}`;
  };
  const failNext = async (): Promise<string> => {
    const [path = ''] = entry.target.split('?', 1);
    await addFault(session, { surface: entry.surface, method: entry.method, path, status: 503, times: 1 });
    return 'The next such request gets 503';
  };
  const isDialect = dialects.some((name) => name === entry.surface);
  return (
    <div class="actions">
      <button type="button" class="button small" disabled={isBusy || !call} onClick={() => void act(replay)}>
        <Icon icon={Repeat} size={14} />
        Replay
      </button>
      {isDialect && (
        <button type="button" class="button small" disabled={isBusy} onClick={() => void act(failNext)}>
          <Icon icon={Zap} size={14} />
          Fail the next one
        </button>
      )}
      {imageId !== undefined && (
        <a class="button small" href={href(`images/${imageId}`)}>
          Show the image
        </a>
      )}
      {!call && <span class="hint">Its body was not recorded whole, so it cannot be replayed.</span>}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
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
        <h2 class="minor">{title}</h2>
        <CopyButton text={text} label={`Copy the ${title.toLowerCase()}`} />
      </div>
      <pre tabIndex={0} role="region" aria-label={`${title} as recorded`}>
        {text}
      </pre>
    </section>
  );
}

/** Those whose values the gateway masks share a line. */
function headerLines({ headers }: Message): string[] {
  const all = Object.entries(headers);
  const masked = all.filter(([, value]) => value === '***').map(([name]) => name);
  const plain = all.filter(([, value]) => value !== '***').map(([name, value]) => `${name}: ${value}`);
  return masked.length === 0 ? plain : [...plain, `${masked.join(', ')}: ***`];
}

function bodyText({ body, bytes, truncated }: Message): string {
  if (body === null) return bytes === 0 ? '' : `(${String(bytes)} bytes that are not shown)`;
  return truncated ? `${body}\n… (${String(bytes)} bytes in total)` : pretty(body);
}
