import { createServer } from 'node:net';
import type { Config } from '../settings/config';
import { StartError } from '../settings/start-error';

type Address = Pick<Config, 'host' | 'port'>;

/**
 * Checks whether the gateway may listen there before anything slow begins. Without SO_REUSEPORT, which the gateway
 * itself uses: otherwise two gateways of one user would share the port unnoticed.
 * @throws StartError
 */
export async function requireFreePort({ host, port }: Address): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => {
      reject(explainListenError(error, { host, port }));
    });
    // Exclusive: in a cluster the primary would listen otherwise.
    probe.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

/** The sentence for an address that cannot be listened on; other errors stay as they are. */
export function explainListenError(error: Error, { host, port }: Address): Error {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${String(port)} of ${host} is taken, perhaps by another Tagway: set TAGWAY_PORT to another port, or to 0 for any free one.`,
      );
    case 'EACCES':
      return new StartError(
        `This account may not listen on port ${String(port)}: set TAGWAY_PORT to 1024 or more.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StartError(
        `${host} is no address of this machine: set TAGWAY_HOST to one, or to 0.0.0.0 for all of them.`,
      );
    default:
      return error;
  }
}

/** How a client on this machine reaches the gateway: a server's "all addresses" is no address for a client. */
export function gatewayUrlForClients({ host, tls }: Pick<Config, 'host' | 'tls'>, port: number): string {
  const reachable = allAddresses[host] ?? host;
  const inUrl = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `${tls ? 'https' : 'http'}://${inUrl}:${String(port)}`;
}

const allAddresses: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  '0:0:0:0:0:0:0:0': '::1',
};
