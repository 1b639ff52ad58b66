import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, Exchange } from '../exchange';
import { type Client, clientNames, clients, snippet } from '../snippets';
import { Choice } from './choice';
import { CopyButton } from './copy-button';

interface ExchangePanelProps {
  readonly exchange: Exchange;
  readonly projectId: string;
  /** Shown at once, or when it is asked for. */
  readonly open: boolean;
}

/** A request and its answer, and how others would make that request. */
export function ExchangePanel({ exchange, projectId, open }: ExchangePanelProps): JSX.Element {
  const { call, answer } = exchange;
  const [client, setClient] = useState<Client>('curl');
  const text = snippet(client, call, location.origin, projectId);
  return (
    <details class="card exchange" open={open}>
      <summary>
        Request and answer:{' '}
        <code>
          {call.method} {call.path}
        </code>{' '}
        <StatusText status={answer.status} />
      </summary>
      <div class="row">
        <Choice legend="As" values={clients} names={clientNames} value={client} onChange={setClient} />
        <CopyButton text={text} what={`Copy for ${clientNames[client]}`} />
      </div>
      <pre tabIndex={0} aria-label={`Request for ${clientNames[client]}`}>
        {text}
      </pre>
      <div class="row">
        <h3>Answer</h3>
        <CopyButton text={answerText(answer)} what="Copy the answer" />
      </div>
      <pre tabIndex={0} aria-label="Answer">
        {answerText(answer)}
      </pre>
    </details>
  );
}

export function StatusText({ status }: { status: number }): JSX.Element {
  const kind = status < 300 ? 'good' : status < 400 ? 'other' : 'bad';
  return <span class={`status ${kind}`}>{status}</span>;
}

function answerText({ status, headers, body, milliseconds }: Answer): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`${String(status)} in ${String(milliseconds)} ms`, ...lines, '', pretty(body)].join('\n').trimEnd();
}

/** JSON in lines; all else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
