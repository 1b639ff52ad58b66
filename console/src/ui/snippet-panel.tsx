import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call } from '../data/calls';
import { type Client, clientNames, clients, snippet } from '../data/snippets';
import { Choice } from './choice';
import { CopyButton } from './copy-button';

/** How other clients would make the same request. */
export function Snippet({ call, projectId }: { call: Call; projectId: string }): JSX.Element {
  const [client, setClient] = useState<Client>('curl');
  const text = snippet(client, call, location.origin, projectId);
  return (
    <>
      <div class="row">
        <Choice legend="As" values={clients} names={clientNames} value={client} onChange={setClient} />
        <CopyButton text={text} label={`Copy for ${clientNames[client]}`} />
      </div>
      <pre tabIndex={0} role="region" aria-label={`Request for ${clientNames[client]}`}>
        {text}
      </pre>
    </>
  );
}
