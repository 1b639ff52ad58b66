import type { WebhookUrlFault } from '../core/webhook';
import { type AddressRules, literalAddress } from './addresses';

/** Why no webhook can have this URL; null if one can. Names are resolved at each delivery, not here. */
export function validateWebhookUrl(rules: AddressRules, text: string): WebhookUrlFault | null {
  if (!URL.canParse(text)) return 'malformed';
  const url = new URL(text);
  const isEncrypted = url.protocol === 'https:';
  if (!isEncrypted && !(url.protocol === 'http:' && rules.hasNetworks)) return 'scheme';
  if (url.username !== '' || url.password !== '') return 'credentials';
  if (text.includes('#')) return 'fragment';
  const literal = literalAddress(url);
  if (literal !== null && !rules.isAllowed(literal, isEncrypted)) return 'address';
  return isLocal(url) && !rules.hasNetworks ? 'address' : null;
}

/** RFC 6761 6.3 */
function isLocal({ hostname }: URL): boolean {
  return /(^|\.)localhost\.?$/.test(hostname);
}
