import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamTimingsMs } from '../../../src/dialects/tagway/feed-stream';
import { testGateway } from '../../support/gateway';
import { testAuthenticator } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, projectPath, tagsPath } from './native-calls';

/* Watchers that read slowly, or not at all, over real sockets whose ends on the server are looked at. */
const given = testGateway({ replace: { authenticator: testAuthenticator } });
let server: Server;
const atServer = new Map<number, Socket>();

beforeAll(async () => {
  Object.assign(streamTimingsMs, { slow: 1_000 });
  server = createServer((req, res) => {
    atServer.set(req.socket.remotePort ?? 0, req.socket);
    given().gateway.listener(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Watcher {
  readonly socket: Socket;
  /** Its socket on the server. */
  readonly far: Socket;
  readonly revisions: () => number[];
  /** The token of the last whole event. */
  readonly last: () => string;
}

async function watch(): Promise<Watcher> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
  const head = 'Host: x\r\nX-Auth-Token: alice\r\nAccept: text/event-stream\r\n\r\n';
  socket.write(`GET ${projectPath()}/changes HTTP/1.1\r\n${head}`);
  await until(() => pieces.length > 0);
  const text = (): string => Buffer.concat(pieces).toString();
  const whole = () => [...text().matchAll(/^id: (\S+)\n(?:data: .*?"revision":(\d+)[^\n]*\n)\r?\n/gm)];
  return {
    socket,
    far: atServer.get(socket.localPort ?? 0) as Socket,
    revisions: () => whole().map(([, , revision]) => Number(revision)),
    last: () => whole().at(-1)?.[1] ?? '',
  };
}

/** Some 260 kB as an event: as long as one can be. */
const most = Array.from({ length: 128 }, (_, n) => `${'\u{1f516}'.repeat(252)}${String(n)}`);
const changes = 24;
const all = Array.from({ length: changes }, (_, n) => n + 1);

test('who reads nothing is cut, holds up nobody and little memory, and may resume; who reads slowly goes on', async () => {
  const [silent, slow, quick] = [await watch(), await watch(), await watch()];
  silent.socket.pause();
  slow.socket.on('data', () => {
    slow.socket.pause();
    setTimeout(() => slow.socket.resume(), 10);
  });
  const id = await anImage(given());
  let held = 0;
  for (const turn of all) {
    const tags = turn % 2 === 1 ? most : [];
    expect((await ask(given(), 'PUT', tagsPath(id), { body: { tags } })).status).toBe(200);
    held = Math.max(held, silent.far.writableLength, slow.far.writableLength);
  }
  await until(() => quick.revisions().length === changes);
  await until(() => slow.revisions().length === changes);
  await until(() => silent.far.destroyed);
  expect([slow.far.destroyed, quick.far.destroyed]).toEqual([false, false]);
  expect(held).toBeGreaterThan(100_000);
  expect(held).toBeLessThan(1024 * 1024);
  silent.socket.resume();
  await new Promise((resolve) => silent.socket.once('close', resolve));
  const seen = silent.revisions();
  expect(seen).toEqual(all.slice(0, seen.length));
  const rest: number[] = [];
  for (let after = silent.last(); rest.length + seen.length < changes;) {
    const { body } = await ask(given(), 'GET', `${projectPath()}/changes?after=${after}`);
    rest.push(...body.items.map(({ data }) => data.revision));
    after = body.next ?? '';
  }
  expect([...seen, ...rest]).toEqual(all);
  expect([quick.revisions(), slow.revisions()]).toEqual([all, all]);
  for (const { socket } of [slow, quick]) socket.destroy();
}, 60_000);

test('a stream that is ended while its client reads nothing does not stay open', async () => {
  const silent = await watch();
  silent.socket.pause();
  const id = await anImage(given());
  for (const turn of all) await ask(given(), 'PUT', tagsPath(id), { body: { tags: turn % 2 ? most : [] } });
  await sleep(100);
  given().gateway.leave();
  await until(() => silent.far.destroyed);
  silent.socket.destroy();
});
