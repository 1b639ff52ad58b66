import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../../../src/core/caller';
import type { Authenticator } from '../../../src/identity/authenticator';
import { EventReader } from '../../support/event-reader';
import { aCaller, startTestGateway, testGateway } from '../../support/gateway';
import { alpha } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, projectPath, tagsPath } from './native-calls';

/** What a token is good for, until a test changes it. */
const callers = new Map<string, Caller>();
const authenticator: Authenticator = {
  authenticate: ({ headers }) => {
    const caller = callers.get(headers['x-auth-token'] ?? '');
    return Promise.resolve(caller ? { caller } : { fault: 'token-invalid' });
  },
};
const given = testGateway({ replace: { authenticator } });
const path = `${projectPath()}/changes`;
const open = () => EventReader.open(given(), path);

jest.setTimeout(90_000);

const kept = [
  'setTimeout',
  'clearTimeout',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
] as const;

/** Sockets keep their time: only the intervals are made to pass. */
function stopIntervals(): void {
  jest.useFakeTimers({ doNotFake: [...kept, 'Date', 'performance', 'hrtime'] });
}

beforeEach(() => {
  callers.clear();
  callers.set('alice', aCaller(alpha, { userId: 'alice' }));
});
afterEach(() => {
  jest.useRealTimers();
});

/** The stream as it comes. */
function rawStream(): { text: () => string; end: () => void } {
  let seen = '';
  const socket = connect(given().port, '127.0.0.1');
  socket.on('data', (chunk) => (seen += chunk.toString()));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\nAccept: text/event-stream\r\n\r\n`);
  return { text: () => seen, end: () => socket.destroy() };
}

test('a comment comes each 15 s, and each minute a bookmark to resume from', async () => {
  stopIntervals();
  const stream = rawStream();
  await until(() => stream.text().includes('retry: 2000'));
  const comments = () => stream.text().split('\n\n:').length - 1;
  for (const count of [1, 2, 3]) {
    jest.advanceTimersByTime(15_000);
    await until(() => comments() === count);
    expect(stream.text()).not.toContain('bookmark');
  }
  jest.advanceTimersByTime(15_000);
  await until(() => stream.text().includes('event: bookmark'));
  const token = /event: bookmark\nid: (\S+)\ndata: \{\}\n\n/.exec(stream.text())?.[1] ?? '';
  stream.end();
  const id = await anImage(given(), ['a']);
  const { body } = await ask(given(), 'GET', `${path}?after=${token}`);
  expect(body.items.map(({ data }) => data.image)).toEqual([id]);
});

const ends: readonly (readonly [string, () => void])[] = [
  ['the token', () => callers.delete('alice')],
  ['the role', () => callers.set('alice', aCaller(alpha, { roles: [], accessLevel: 'none' }))],
  ['the project', () => callers.set('alice', aCaller('another'))],
];

test.each(ends)('a stream ends with %s behind it, and no other', async (_, end) => {
  stopIntervals();
  callers.set('carol', aCaller(alpha, { userId: 'carol' }));
  const stream = await open();
  const other = await EventReader.open(given(), path, { 'x-auth-token': 'carol' });
  jest.advanceTimersByTime(15_000);
  await sleep(50);
  const image = await anImage(given(), ['a']);
  expect((await stream.next()).data).toContain(image);
  end();
  const ended = expect(stream.next()).rejects.toThrow('the stream has ended');
  jest.advanceTimersByTime(15_000);
  await ended;
  const second = await anImage(given(), ['b'], {}, 'carol');
  expect([(await other.next()).data, (await other.next()).data][1]).toContain(second);
  other.close();
});

test.each(ends)('a request that waits ends with %s behind it', async (_, end) => {
  stopIntervals();
  const { next } = (await ask(given(), 'GET', path)).body;
  const begun = Date.now();
  const waiting = ask(given(), 'GET', `${path}?after=${String(next)}&wait=60`);
  // Its check of who asks is the only interval.
  await until(() => jest.getTimerCount() > 0);
  end();
  jest.advanceTimersByTime(15_000);
  expect((await waiting).body.items).toEqual([]);
  expect(Date.now() - begun).toBeLessThan(55_000);
});

test('watchers are no load: with more of them than requests are let in, others are served', async () => {
  const small = await startTestGateway({ replace: { authenticator }, env: { TAGWAY_MAX_CONCURRENT: '2' } });
  const { next } = (await ask(small, 'GET', path)).body;
  const streams: EventReader[] = [];
  const waiting: ReturnType<typeof ask>[] = [];
  for (let turn = 0; turn < 3; turn++) {
    streams.push(await EventReader.open(small, path));
    waiting.push(ask(small, 'GET', `${path}?after=${String(next)}&wait=20`));
    await sleep(100);
  }
  const id = await anImage(small);
  expect((await ask(small, 'PATCH', tagsPath(id), { body: { add: ['a'] } })).status).toBe(200);
  for (const { body } of await Promise.all(waiting)) expect(body.items[0]?.data.image).toBe(id);
  for (const stream of streams) {
    expect((await stream.next()).data).toContain(id);
    stream.close();
  }
  await small.close();
});

test('a watcher that does not read holds up no other', async () => {
  const socket = connect(given().port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\nAccept: text/event-stream\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  const reader = await open();
  // Some MiB: more than the sockets of both sides hold.
  const long = Array.from({ length: 100 }, (_, n) => `${'x'.repeat(240)}${String(n)}`);
  const id = await anImage(given());
  for (let turn = 0; turn < 100; turn++) {
    const tags = turn % 2 === 0 ? long : [];
    expect((await ask(given(), 'PUT', tagsPath(id), { body: { tags } })).status).toBe(200);
    expect((JSON.parse((await reader.next()).data) as { data: { revision: number } }).data.revision).toBe(
      turn + 1,
    );
  }
  reader.close();
  socket.destroy();
}, 60_000);
