import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from '../support/free-port';
import { talk } from '../support/raw-talk';
import { closeAll, recordBefore, startRawService } from './proxied';

afterEach(closeAll);

async function answerOf(port: number): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path: '/', agent: false }).end();
  return ((await once(sent, 'response')) as [IncomingMessage])[0];
}

describe('of a service that does wrong', () => {
  const broken: [string, string, Partial<{ heard: RegExp; fault: RegExp }>][] = [
    [
      'half an answer is cut where it was cut',
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this',
      { heard: /Content-Length: 100\r\n[^]*only this$/, fault: /ended its answer before it was whole/ },
    ],
    [
      'half of a JSON answer, too',
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a": ',
      { heard: /Content-Length: 100\r\n[^]*\{"a": $/, fault: /ended its answer before it was whole/ },
    ],
    [
      'what is longer than announced is cut at its length',
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfour and more',
      { heard: /\r\n\r\nfour$/ },
    ],
    [
      'no HTTP is a 502 with a sentence',
      'hello, who is there?\r\n\r\n',
      {
        heard: /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*tagway record: 127\.0\.0\.1:\d+ does not answer: /,
        fault: /does not answer/,
      },
    ],
    [
      'an end without an answer is one, too',
      '',
      { heard: /^HTTP\/1\.1 502 [^]*socket hang up/, fault: /hang up/ },
    ],
  ];
  test.each(broken)('%s', async (_name, said, { heard, fault }) => {
    const upstream = await startRawService((socket) => socket.end(said));
    const proxy = await recordBefore(upstream);
    expect(await talk(proxy.port, 'GET /v2/images HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      heard ?? /./,
    );
    const [exchange] = await proxy.exchanges(1);
    if (fault) expect(exchange?.broken).toMatch(fault);
    else expect(exchange?.broken).toBeUndefined();
  });

  test('a slow answer comes byte by byte', async () => {
    // A byte follows only when the client has the one before it.
    const left = ['b', 'c'];
    const sockets: Socket[] = [];
    const upstream = await startRawService((socket) => {
      sockets.push(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\na');
    });
    const proxy = await recordBefore(upstream);
    const answer = await answerOf(proxy.port);
    const pieces: string[] = [];
    for await (const piece of answer as AsyncIterable<Buffer>) {
      pieces.push(piece.toString());
      sockets[0]?.write(left.shift() ?? '');
    }
    expect(pieces).toEqual(['a', 'b', 'c']);
    expect((await proxy.exchanges(1))[0]?.response?.body).toBe('abc');
  });

  test('one that is away is a 502 that names it', async () => {
    const port = await freePort();
    const proxy = await recordBefore(`http://127.0.0.1:${String(port)}`);
    const answer = await fetch(`${proxy.url}/v2/images`);
    expect([answer.status, await answer.json()]).toEqual([
      502,
      {
        error: {
          ...{ code: 502, title: 'Bad Gateway' },
          message: `tagway record: 127.0.0.1:${String(port)} does not answer: connect ECONNREFUSED 127.0.0.1:${String(port)}`,
        },
      },
    ]);
    const [exchange] = await proxy.exchanges(1);
    expect(exchange).toMatchObject({
      response: null,
      broken: expect.stringMatching(/ECONNREFUSED/) as string,
    });
  });
});
