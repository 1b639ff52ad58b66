import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { listen } from '../../src/http/lifecycle';
import { isVersionAtLeast } from '../../src/http/listeners';

const hasMany = process.platform === 'linux' && isVersionAtLeast(process.versions.node, 22, 12);

/** In how many turns of the event loop clients that come at once are answered. */
async function turnsToAnswer(port: number, clients: number): Promise<number> {
  const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let answered = 0;
  for (const socket of sockets) {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.once('data', (data: Buffer) => {
      if (data.toString().startsWith('HTTP/1.1 200 OK\r\n')) answered++;
    });
  }
  let turns = 0;
  for (; answered < clients; turns++) await turn();
  for (const socket of sockets) socket.destroy();
  return turns;
}

test('on Node 22.12 and later a rush of connections is taken in few turns of the event loop', async () => {
  const server = await listen((_req, res) => res.end('ok'), '127.0.0.1', 0);
  const turns = await turnsToAnswer(server.port, 300);
  expect([server.listeners, turns < 150, turns > 250]).toEqual(
    hasMany ? [31, true, false] : [1, false, true],
  );
  await server.drain(2_000);
});

test('after the end no socket listens', async () => {
  const server = await listen((_req, res) => res.end('ok'), '127.0.0.1', 0);
  const held = connect(server.port, '127.0.0.1');
  await once(held, 'connect');
  await server.drain(2_000);
  expect(await refusal(server.port)).toBe('ECONNREFUSED');
  held.destroy();
});

test.each([
  ['20.19.0', false],
  ['22.11.9', false],
  ['22.12.0', true],
  ['23.0.0', false],
  ['23.1.0', true],
  ['24.0.0', true],
])('Node %s has several: %s', (version, has) => {
  expect(isVersionAtLeast(version, 22, 12)).toBe(has);
});

/** Why no connection is taken. */
async function refusal(port: number): Promise<string | undefined> {
  const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  return error.code;
}
