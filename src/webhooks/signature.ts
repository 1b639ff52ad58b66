import { createHmac } from 'node:crypto';

/**
 * Headers of one try, by the Standard Webhooks specification. With two secrets, while one replaces the other, there are
 * two signatures, and either is enough.
 * @param seconds since 1970, of the try
 */
export function webhookSignatureHeaders(
  id: string,
  seconds: number,
  body: string,
  secrets: readonly Buffer[],
): Record<string, string> {
  const text = `${id}.${String(seconds)}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(text).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
