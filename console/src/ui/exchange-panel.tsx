import type { JSX } from 'preact';
import type { Answer, Exchange } from '../data/exchange';
import { CopyButton } from './copy-button';
import { Snippet } from './snippet-panel';

interface ExchangePanelProps {
  readonly exchange: Exchange;
  readonly projectId: string;
}

/** A request and its answer, and how other clients would make that request. */
export function ExchangePanel({ exchange, projectId }: ExchangePanelProps): JSX.Element {
  const { call, answer } = exchange;
  return (
    <details class="card exchange" open>
      <summary>
        Request and answer{' '}
        <code>
          {call.method} {call.path}
        </code>{' '}
        <StatusText status={answer.status} />
      </summary>
      <Snippet call={call} projectId={projectId} />
      <div class="row">
        <h3>Answer</h3>
        <CopyButton text={answerText(answer)} label="Copy the answer" />
      </div>
      <pre tabIndex={0} role="region" aria-label="Answer">
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
