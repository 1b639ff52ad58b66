import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
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
  expect(await refusal(server.port)).toBe('ECONNREFUSED');
  held.destroy();
});

test('a gateway that may start no process serves all the same', async () => {
  const server = await listen((_req, res) => res.end('ok'), '127.0.0.1', 0);
  const { execPath } = process;
  try {
    for (const path of ['/nowhere/node', 'no path: \0']) {
      process.execPath = path;
      expect(await server.acceptMore()).toBe(0);
    }
  } finally {
    process.execPath = execPath;
  }
  expect(await turnsToAnswer(server.port, 1)).toBeGreaterThan(0);
  await server.drain(2_000);
});

test('a stop in the middle of that leaves nobody listening either', async () => {
  for (let after = 20; after < 100; after += 5) {
    const server = await listen((_req, res) => res.end('ok'), '127.0.0.1', 0);
    const more = server.acceptMore();
    await sleep(after);
    await server.drain(2_000);
    await more;
    expect(await refusal(server.port)).toBe('ECONNREFUSED');
  }
});

/** Why nobody takes a connection. */
async function refusal(port: number): Promise<string | undefined> {
  const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  return error.code;
}
