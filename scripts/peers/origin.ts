import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** The host on the Internet that gophercloud's tests take an image from. */
const distantHost = 'download.cirros-cloud.net';

/** A web server on loopback, which has an image and stands in for a distant host. */
export interface Origin extends AsyncDisposable {
  readonly imageUrl: string;
  /** Lets a gateway import from here, and asks here for what the distant host has. */
  readonly gatewayEnvironment: Readonly<Record<string, string>>;
  /** Lets a client do so. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
}

export async function startOrigin(): Promise<Origin> {
  // As a proxy it is asked for a whole URL, else for a path: it has one image for all.
  const server = createServer((req, res) => {
    const isServed = req.method === 'GET' && (req.url ?? '').endsWith('.img');
    res.writeHead(isServed ? 200 : 404).end(isServed ? emptyDisk() : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    imageUrl: `http://${host}/disk.img`,
    gatewayEnvironment: {
      TAGWAY_IMPORT_HOSTS: `${distantHost},${host}`,
      TAGWAY_IMPORT_NETWORKS: '127.0.0.0/8',
      PEERS_DISTANT_HOST: distantHost,
      PEERS_ORIGIN: `http://${host}`,
      NODE_OPTIONS: `--require "${join(__dirname, 'divert.cjs')}"`,
    },
    clientEnvironment: { http_proxy: `http://${host}`, no_proxy: '127.0.0.1,localhost' },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The head of a qcow2 image of 1 MiB without a backing file. */
function emptyDisk(): Buffer {
  const head = Buffer.alloc(65_536);
  head.write('QFI\u00fb', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(1_048_576n, 24);
  return head;
}
