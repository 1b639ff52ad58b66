import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { listen, type RunningServer } from '../../src/http/lifecycle';
import { testGateway } from '../support/gateway';
import { openTalk, statusesIn } from '../support/raw-talk';
import { testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const one = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';

describe('a connection that does not wait for its answers', () => {
  const held: (() => void)[] = [];
  let asked = 0;
  let server: RunningServer;
  const listener: RequestListener = (req, res) => {
    asked++;
    req.resume();
    held.push(() => res.end('done'));
  };

  beforeEach(async () => {
    asked = 0;
    held.length = 0;
    server = await listen(listener, '127.0.0.1', 0);
  });
  afterEach(() => server.drain(100));

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await sleep(2);
  }

  const answerAll = (holds: () => boolean): Promise<void> =>
    until(() => {
      for (const answer of held.splice(0)) answer();
      return holds();
    });

  test('has 8 requests worked on at once, and all of 60 answered in turn', async () => {
    const talk = openTalk(server.port);
    talk.socket.write(one.repeat(60));
    await until(() => asked >= 8);
    await sleep(50);
    expect(asked).toBe(8);
    await answerAll(() => statusesIn(talk.heard()).length === 60);
    talk.socket.write(one);
    await answerAll(() => statusesIn(talk.heard()).length === 61);
    talk.socket.destroy();
  });

  test('is not read from while requests of it wait', async () => {
    const { socket, heard } = openTalk(server.port);
    const length = 16 * 1024 * 1024;
    socket.write(one.repeat(60));
    await until(() => asked === 8);
    socket.write(`POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(length)}\r\n\r\n`);
    let isSent = false;
    socket.write(Buffer.alloc(length), () => (isSent = true));
    await sleep(200);
    expect(isSent).toBe(false);
    await answerAll(() => statusesIn(heard()).length === 61 && isSent);
    socket.destroy();
  });

  test('ends behind the answers to what was accepted when one packet holds thousands', async () => {
    const talk = openTalk(server.port);
    talk.socket.write(one.repeat(1900));
    await answerAll(() => talk.socket.destroyed);
    const answers = statusesIn(await talk.ended).length;
    expect([answers, asked]).toEqual([8 + 64, 8 + 64]);
  });

  test('leaves nothing behind of what it asked, answered or not', async () => {
    const flood = async (packets: number): Promise<number> => {
      for (let packet = 0; packet < packets; packet++) {
        const talk = openTalk(server.port);
        talk.socket.write(one.repeat(1900));
        await answerAll(() => talk.socket.destroyed);
      }
      await sleep(20);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await flood(5);
    const kilobytes = ((await flood(20)) - before) / 1024 / 20;
    // The requests of a packet with their answers are some 4 MB.
    expect(kilobytes).toBeLessThan(500);
  });
});

describe('what stands behind a request whose framing is refused', () => {
  const given = testGateway({ replace: { authenticator: testAuthenticator } });

  test.each([
    ['a transfer coding', 'HTTP/1.1', 'Transfer-Encoding: identity, chunked\r\n'],
    ['another transfer coding', 'HTTP/1.1', 'Transfer-Encoding: gzip, chunked\r\n'],
    ['a version', 'HTTP/2.0', ''],
  ])('does not run: %s', async (_, version, header) => {
    const id = randomUUID();
    const body = { id, disk_format: 'raw', container_format: 'bare' };
    expect((await send(given().port, 'POST', '/v2/images', { token: 'alice', body })).status).toBe(201);
    const { socket, ended } = openTalk(given().port);
    const refused = `GET /v2/images ${version}\r\nHost: x\r\nX-Auth-Token: alice\r\n${header}\r\n`;
    socket.write(
      `${refused}0\r\n\r\nPUT /v2/images/${id}/tags/hidden HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\n\r\n`.replace(
        '0\r\n\r\n',
        header === '' ? '' : '0\r\n\r\n',
      ),
    );
    expect(statusesIn(await ended)).toEqual([400]);
    const shown = await send(given().port, 'GET', `/v2/images/${id}`, { token: 'alice' });
    expect(shown.json<{ tags: string[] }>().tags).toEqual([]);
  });
});
