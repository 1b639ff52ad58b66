import type { Credentials } from '../authenticator';

/** The token that a request shows, `''` when it shows none. */
export function readTokenHeader(headers: Credentials['headers']): string {
  // The other two spellings are what Glance's own middleware takes as well.
  const text = headers['x-auth-token'] ?? headers['x_auth_token'] ?? headers['x-storage-token'];
  return text?.trim() ?? '';
}
