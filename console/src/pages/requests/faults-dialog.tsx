import { X } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { addFault, clearFaults, type Fault, readFaults, removeFault } from '../../data/admin';
import { dialectNames } from '../../data/calls';
import { errorText } from '../../data/exchange';
import type { Session } from '../../data/session';
import { useResource } from '../../data/use-resource';
import { Dialog } from '../../ui/dialog';
import { count } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { FaultNotice } from '../../ui/notice';
import { FaultForm, type FaultValues } from './fault-form';

interface FaultsDialogProps {
  readonly session: Session;
  readonly onClose: () => void;
}

/** Faults that clients will meet, and a form for another one. */
export function FaultsDialog({ session, onClose }: FaultsDialogProps): JSX.Element {
  const faults = useResource('faults', (signal) => readFaults(session, signal));
  const [fault, setFault] = useState('');
  const act = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
      setFault('');
    } catch (error) {
      setFault(errorText(error));
    }
    faults.reload();
  };
  const add = (values: FaultValues): void => {
    void act(addFault(session, values));
  };
  const waiting = faults.value ?? [];
  return (
    <Dialog title="Faults" onClose={onClose} isWide>
      <p class="hint">The next requests that match are answered with an error, or late.</p>
      <FaultForm onAdd={add} />
      <FaultNotice fault={fault || (faults.error?.message ?? '')} />
      <div class="row">
        <h3>Waiting</h3>
        {waiting.length > 0 && (
          <button type="button" class="button small" onClick={() => void act(clearFaults(session))}>
            Remove all
          </button>
        )}
      </div>
      {waiting.length === 0 && <p class="faint">No faults: every request is answered as usual.</p>}
      <ul class="faults">
        {waiting.map((one) => (
          <FaultRow
            key={one.id}
            fault={one}
            onRemove={() => {
              void act(removeFault(session, one.id));
            }}
          />
        ))}
      </ul>
    </Dialog>
  );
}

function FaultRow({ fault, onRemove }: { fault: Fault; onRemove: () => void }): JSX.Element {
  const text = sentence(fault);
  return (
    <li>
      <span>{text}</span>
      <button type="button" class="button icon-only small" aria-label={`Remove: ${text}`} onClick={onRemove}>
        <Icon icon={X} size={14} />
      </button>
    </li>
  );
}

/** `503 for the next 2 requests: OpenStack, GET, /v2/images` */
function sentence({ status, delay, left, surface, method, path }: Fault): string {
  const names: Readonly<Record<string, string>> = dialectNames;
  const what = [status === null ? '' : String(status), delay > 0 ? `${String(delay)} ms late` : ''];
  const where = [surface === null ? 'any dialect' : (names[surface] ?? surface), method ?? '', path ?? ''];
  const words = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
  return `${words(what)} for the next ${left === 1 ? 'request' : count(left, 'request')}: ${words(where)}`;
}
