import type { TestGateway } from '../../support/gateway';
import { keepSecret } from '../../support/secrets';
import { testAuthenticator } from '../../support/test-authenticator';
import { Receiver } from '../../webhooks/receiver';
import { ask, projectPath } from './native-calls';

export interface Hook {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly failures: number;
  readonly next_attempt_at: string | null;
}

/** Of gateways whose webhooks may reach receivers on this machine. */
export const webhookGateway = {
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_WEBHOOK_NETWORKS: '127.0.0.0/8' },
};

/** Makes receivers that are closed after each test. */
export function receiversOfTest(): (reaction?: Receiver['reaction']) => Promise<Receiver> {
  const made: Receiver[] = [];
  afterEach(() => {
    for (const receiver of made.splice(0)) receiver.close();
  });
  return async (reaction) => {
    const receiver = await new Receiver().listen();
    if (reaction) receiver.reaction = reaction;
    made.push(receiver);
    return receiver;
  };
}

export function webhookPath(id = '', project?: string): string {
  return `${projectPath(project)}/webhooks${id && `/${id}`}`;
}

export async function createHook(gateway: TestGateway, url: string, more: object = {}): Promise<Hook> {
  const reply = await ask(gateway, 'POST', webhookPath(), { body: { url, ...more } });
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  const hook = reply.body as unknown as Hook;
  keepSecret(hook.secret);
  return hook;
}
