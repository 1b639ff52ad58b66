import { deleteCall, getCall, postCall } from './calls';
import { ask, bodyOf } from './exchange';
import type { InjectedFault } from '../../../src/admin/faults';
import type { Session } from './session';

export type Fault = InjectedFault;

/** What `/admin/faults` takes; what is absent matches every request. */
export interface NewFault {
  readonly surface?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  /** ms */
  readonly delay?: number;
  readonly times: number;
}

/** @throws ServerRefusal */
export async function readFaults({ token }: Session, signal: AbortSignal): Promise<readonly Fault[]> {
  return (bodyOf(await ask(getCall('/admin/faults'), token, signal)) as { faults: Fault[] }).faults;
}

/** @throws ServerRefusal */
export async function addFault({ token }: Session, fault: NewFault): Promise<void> {
  await ask(postCall('/admin/faults', fault), token);
}

/** @throws ServerRefusal */
export async function removeFault({ token }: Session, id: string): Promise<void> {
  await ask(deleteCall(`/admin/faults/${encodeURIComponent(id)}`), token);
}

/** @throws ServerRefusal */
export async function clearFaults({ token }: Session): Promise<void> {
  await ask(deleteCall('/admin/faults'), token);
}

/** Images go back to the seed, faults are cleared. @throws ServerRefusal */
export async function resetGateway({ token }: Session): Promise<void> {
  await ask(postCall('/admin/reset'), token);
}
