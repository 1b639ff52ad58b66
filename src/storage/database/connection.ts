import type { ClientConfig } from 'pg';

/**
 * A connection string, perhaps of several hosts with commas between them, or what `pg` takes for the embedded
 * server (`host` is then a socket folder).
 */
export type ConnectionSettings =
  string | { host: string; port: number; user: string; password: string; database: string };

const parts = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

/** `scheme://user@a:1,b:2/name` as one URL a host, in their order; neither `URL` nor the driver knows this form. */
export function splitHosts(url: string): string[] {
  const [, before = '', hosts = '', after = ''] = parts.exec(url) ?? [];
  return hosts.includes(',') ? hosts.split(',').map((host) => before + host + after) : [url];
}

/** How to reach each host that the connection names, as the driver takes it. */
export function hostConfigs(connection: ConnectionSettings): [ClientConfig, ...ClientConfig[]] {
  // A socket has no TLS, whatever PGSSLMODE asks of outside servers.
  if (typeof connection !== 'string') return [{ ...connection, ssl: false }];
  const [first = connection, ...others] = splitHosts(connection);
  return [{ connectionString: first }, ...others.map((url) => ({ connectionString: url }))];
}
