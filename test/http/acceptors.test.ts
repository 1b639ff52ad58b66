import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { listen } from '../../src/http/lifecycle';

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

test('a rush of connections is taken in few turns of the event loop, and after the end nobody listens', async () => {
  const server = await listen((_req, res) => res.end('ok'), '127.0.0.1', 0);
  expect(await turnsToAnswer(server.port, 300)).toBeGreaterThan(250);
  expect(await server.acceptMore()).toBe(31);
  expect(await turnsToAnswer(server.port, 300)).toBeLessThan(150);
  const held = connect(server.port, '127.0.0.1');
  await once(held, 'connect');
  await server.drain(2_000);
  const late = connect(server.port, '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  held.destroy();
});
