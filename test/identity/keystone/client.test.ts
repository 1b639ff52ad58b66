import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { FakeKeystone } from '../../support/fake-keystone';
import { before, timed } from './some-keystone';

const pem = (name: string): string => readFileSync(join(__dirname, '../../support/tls', name), 'utf8');

describe('over TLS', () => {
  let keystone: FakeKeystone;
  beforeAll(async () => {
    keystone = new FakeKeystone({ key: pem('server.key'), cert: pem('server.pem') });
    await keystone.start();
  });
  afterAll(() => keystone.stop());

  test('a private authority is trusted when it is named', async () => {
    const { identity, show } = before(keystone, { ca: pem('ca.pem') });
    expect(await show(keystone.aToken())).toHaveProperty('caller');
    await identity.close();
  });

  test('and not otherwise: no token is shown to a server that nobody vouches for', async () => {
    const { identity, show } = before(keystone, { serviceUser: null });
    const asked = keystone.calls.length;
    expect((await timed(show(keystone.aToken()))).error).toMatchObject({ name: 'Unavailable' });
    expect(keystone.calls).toHaveLength(asked);
    await identity.close();
  });
});

describe('through a proxy', () => {
  let keystone: FakeKeystone;
  let proxy: Server;
  const tunnels: string[] = [];
  const sockets: Socket[] = [];
  const variables = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const kept = variables.map((name) => [name, process.env[name]] as const);

  beforeAll(async () => {
    keystone = new FakeKeystone({ key: pem('server.key'), cert: pem('server.pem') });
    await keystone.start();
    proxy = createServer();
    // Whatever the name, there is one Keystone.
    proxy.on('connect', ({ url = '' }, client: Socket) => {
      tunnels.push(url);
      const far = connect(Number(new URL(keystone.url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(far).pipe(client);
      });
      for (const socket of [client, far]) socket.on('error', () => socket.destroy());
      sockets.push(client, far);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    for (const name of variables) Reflect.deleteProperty(process.env, name);
    process.env['https_proxy'] = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  });
  afterAll(async () => {
    for (const [name, value] of kept) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await keystone.stop();
  });

  test('the usual variables name it, and certificates are checked all the same', async () => {
    const far = { url: 'https://keystone.test:5000/v3', serviceUser: keystone.serviceUser };
    const { identity, show } = before(far, { ca: pem('ca.pem') });
    expect(await show(keystone.aToken())).toHaveProperty('caller');
    expect(new Set(tunnels)).toEqual(new Set(['keystone.test:5000']));
    await identity.close();
    const stranger = before(far);
    expect((await timed(stranger.show(keystone.aToken()))).error).toMatchObject({ name: 'Unavailable' });
    await stranger.identity.close();
  });

  test('nobody reaches this very machine through it', async () => {
    tunnels.length = 0;
    const { identity, show } = before(keystone, { ca: pem('ca.pem') });
    expect(await show(keystone.aToken())).toHaveProperty('caller');
    expect(tunnels).toEqual([]);
    await identity.close();
  });
});

test('connections are kept and used again', async () => {
  const keystone = new FakeKeystone();
  await keystone.start();
  const { identity, show } = before(keystone);
  try {
    for (let turn = 0; turn < 20; turn++) await show(keystone.aToken());
    expect(keystone.connections).toBeLessThanOrEqual(2);
  } finally {
    await identity.close();
    await keystone.stop();
  }
});
