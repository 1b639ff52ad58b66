import { dialects } from '../../src/composition/dialects';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { listen, type RunningServer, type Tls } from '../../src/http/lifecycle';
import { ConfigError, readConfig } from '../../src/settings/config';
import { allowed } from '../support/allowed';

const pem = (name: string): string => readFileSync(join(__dirname, '../support/tls', name), 'utf8');
const pair = (name: string): Tls => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });

let server: RunningServer;
beforeEach(async () => {
  server = await listen((_req, res) => res.end('hello'), '127.0.0.1', 0, pair('server'));
});
afterEach(() => server.drain(500));

function handshake(
  more: ConnectionOptions = {},
): Promise<{ peer: PeerCertificate; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, ca: pem('ca.pem'), ...more };
    const socket = connect(options, () => {
      resolve({ peer: socket.getPeerCertificate(), protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('TLS 1.2 and 1.3 are spoken, and nothing older', async () => {
  expect((await handshake()).protocol).toBe('TLSv1.3');
  expect((await handshake({ maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
  await expect(handshake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
});

test('a renewed certificate is shown from then on', async () => {
  expect((await handshake()).peer.subject.CN).toBe('server');
  server.renew(pair('renewed'));
  expect((await handshake()).peer.subject.CN).toBe('renewed');
});

test('one that cannot be used is refused, and the one before stays', async () => {
  expect(() => {
    server.renew({ ...pair('server'), cert: 'nonsense' });
  }).toThrow();
  expect((await handshake()).peer.subject.CN).toBe('server');
});

test('handshakes and requests that were begun and not finished do not hold up a stop', async () => {
  const hello = Buffer.from('16030100c8010000c40303', 'hex');
  const sockets = Array.from({ length: 10 }, () => connectPlain(server.port, '127.0.0.1'));
  const halfAsked = connect({ host: '127.0.0.1', port: server.port, ca: pem('ca.pem') });
  await Promise.all([...sockets.map((socket) => once(socket, 'connect')), once(halfAsked, 'secureConnect')]);
  for (const socket of sockets) socket.on('error', () => undefined).write(hello);
  halfAsked.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost:');
  await new Promise((later) => setTimeout(later, 200));
  const begun = performance.now();
  await server.drain(20_000);
  expect(performance.now() - begun).toBeLessThan(allowed(10_000));
});

test('a connection on which nothing was asked yet does not hold up a stop', async () => {
  const socket = connect({ host: '127.0.0.1', port: server.port, ca: pem('ca.pem') });
  await once(socket, 'secureConnect');
  const ended = once(socket, 'close');
  socket.resume();
  const begun = performance.now();
  await server.drain(20_000);
  expect(performance.now() - begun).toBeLessThan(allowed(10_000));
  await ended;
});

test('certificate and key go together', () => {
  expect(() => readConfig({ TAGWAY_TLS_CERT: 'a' }, dialects)).toThrow(ConfigError);
  expect(readConfig({ TAGWAY_TLS_CERT: 'a', TAGWAY_TLS_KEY: 'b' }, dialects).tls).toEqual({
    cert: 'a',
    key: 'b',
  });
});
