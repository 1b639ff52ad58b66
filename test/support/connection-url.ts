import type { EmbeddedPostgres } from '../../src/postgres/index';

/** `DATABASE_URL` of a server that is reached over its socket. */
export function connectionUrl({
  host,
  port,
  user,
  password,
  database,
}: EmbeddedPostgres['connection']): string {
  const query = new URLSearchParams({ host, port: String(port), user, password });
  return `postgresql:///${database}?${query.toString()}`;
}
