import { deleteCall, getCall, postCall } from './calls';
import { ask, bodyOf } from './exchange';
import type { Session } from './session';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** null: every change of the project */
  readonly selector: string | null;
  readonly enabled: boolean;
  /** `failing` or `gone` where the gateway has disabled it. */
  readonly disabled_reason: string | null;
  /** Attempts that failed since the last success. */
  readonly failures: number;
  readonly next_attempt_at: string | null;
  readonly created_at: string;
}

export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly image: string | null;
  readonly revision: number | null;
  readonly attempt: number;
  readonly at: string;
  readonly milliseconds: number;
  readonly delivered: boolean;
  /** null: there was no answer, and `fault` says why. */
  readonly status: number | null;
  readonly fault: string | null;
}

const pathOf = ({ projectId }: Session, id = ''): string =>
  `/tags/v1/projects/${projectId}/webhooks${id && `/${encodeURIComponent(id)}`}`;

/** @throws ServerRefusal 404 where no history is kept */
export async function listWebhooks(session: Session, signal: AbortSignal): Promise<readonly Webhook[]> {
  const found = bodyOf(await ask(getCall(pathOf(session)), session.token, signal));
  return (found as { items: readonly Webhook[] }).items;
}

/** @param selector '' for every change @returns the secret, which the gateway never shows again @throws ServerRefusal */
export async function createWebhook(session: Session, url: string, selector: string): Promise<string> {
  const call = postCall(pathOf(session), { url, ...(selector !== '' && { selector }) });
  return (bodyOf(await ask(call, session.token)) as { secret: string }).secret;
}

/** @param selector '' for every change @throws ServerRefusal */
export async function editWebhook(
  session: Session,
  id: string,
  url: string,
  selector: string,
): Promise<void> {
  const body = { url, selector: selector === '' ? null : selector };
  await ask({ ...postCall(pathOf(session, id), body), method: 'PATCH' }, session.token);
}

export interface RotatedSecret {
  readonly secret: string;
  /** Until then the one before is valid, too. */
  readonly previous_secret_until: string;
}

/** @returns the new secret, which the gateway never shows again @throws ServerRefusal */
export async function rotateSecret(session: Session, id: string): Promise<RotatedSecret> {
  return bodyOf(await ask(postCall(`${pathOf(session, id)}/rotate`), session.token)) as RotatedSecret;
}

/** @throws ServerRefusal */
export async function enableWebhook(session: Session, id: string, enabled: boolean): Promise<void> {
  await ask({ ...postCall(pathOf(session, id), { enabled }), method: 'PATCH' }, session.token);
}

/** Its result is among the deliveries soon after. @throws ServerRefusal */
export async function testWebhook(session: Session, id: string): Promise<void> {
  await ask(postCall(`${pathOf(session, id)}/test`), session.token);
}

/** @throws ServerRefusal */
export async function deleteWebhook(session: Session, id: string): Promise<void> {
  await ask(deleteCall(pathOf(session, id)), session.token);
}

/** Newest first. @throws ServerRefusal */
export async function listDeliveries(
  session: Session,
  id: string,
  signal: AbortSignal,
): Promise<readonly Delivery[]> {
  const found = bodyOf(await ask(getCall(`${pathOf(session, id)}/deliveries`), session.token, signal));
  return (found as { items: readonly Delivery[] }).items;
}
