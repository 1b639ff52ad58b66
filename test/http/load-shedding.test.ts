import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainTags } from '../../examples/dialect';
import { Unavailable } from '../../src/core/errors';
import { AdmissionControl } from '../../src/http/admission';
import { LoadShedding } from '../../src/http/load-shedding';
import type { Authenticator } from '../../src/identity/authenticator';
import { aCaller, testGateway } from '../support/gateway';
import { openTalk, statusesIn, type Talk } from '../support/raw-talk';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { type Answer, send } from '../support/wire';

/** Requests with `X-Slow` wait here until they are let go. */
let letGo: () => void = () => undefined;
let waiting = 0;
const gatekeeper: Authenticator = {
  authenticate: async (credentials) => {
    // What a dialect's own renderer makes of it is what it should look like when the gateway has too much to do.
    if (credentials.headers['x-away'] !== undefined) throw new Unavailable('for this test', 'not-done');
    if (credentials.headers['x-slow'] === undefined) return testAuthenticator.authenticate(credentials);
    waiting += 1;
    await new Promise<void>((resolve) => {
      const before = letGo;
      letGo = () => {
        before();
        resolve();
      };
    });
    waiting -= 1;
    return testAuthenticator.authenticate(credentials);
  },
};

const limit = 4;
const given = testGateway({
  env: { TAGWAY_MAX_CONCURRENT: String(limit), TAGWAY_ADMIN: 'on' },
  replace: { authenticator: gatekeeper, dialects: [plainTags] },
});

/** The requests that wait. */
let slow: Promise<Answer>[] = [];

afterEach(async () => {
  letGo();
  await Promise.all(slow);
});

const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(given().port, method, path, { token: 'alice', headers });

/** As many requests as may be, none of which is answered before it is let go. */
async function fill(): Promise<void> {
  slow = Array.from({ length: limit }, () => ask('GET', '/v2/images', { 'X-Slow': '1' }));
  while (waiting < limit) await sleep(5);
}

/** What an answer shows, without what differs from one to the next. */
function form({ status, headers, text }: Answer): object {
  const ids = /(?:req-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g;
  const shown = Object.entries(headers).filter(([name]) => name !== 'date');
  return JSON.parse(
    JSON.stringify({ status, headers: Object.fromEntries(shown), text }).replace(ids, 'an id'),
  ) as object;
}

const image = '/v2/images/00000000-0000-4000-8000-000000000001';

test.each([
  ['OpenStack', 'GET', '/v2/images?tag=a%20b', {}],
  ['OpenStack in JSON', 'PUT', `${image}/tags/x`, { Accept: 'application/json' }],
  ['OpenStack as text', 'DELETE', `${image}/tags/x`, { Accept: 'text/csv' }],
  ['OpenStack without a body', 'HEAD', '/v2/images', {}],
  ['Huawei v2', 'GET', `/v2/${alpha}/images/x/tags`, {}],
  ['Huawei v1', 'GET', '/v1/cloudimages/tags', {}],
  ['identity', 'GET', '/v3/auth/tokens', {}],
  ['a dialect that was added', 'GET', '/labels/x', {}],
] as const)(
  'what is too much is rejected as the dialect itself would say it: %s',
  async (_, method, path, headers) => {
    const own = await ask(method, path, { ...headers, 'X-Away': '1' });
    await fill();
    const away = await ask(method, path, headers);
    expect([away.status, away.headers['retry-after']]).toEqual([503, '1']);
    expect(form(away)).toEqual(form(own));
    letGo();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask('GET', '/v2/images')).status).toBe(200);
  },
);

test('pages of the gateway itself are always served, and count what was rejected', async () => {
  await fill();
  await ask('GET', '/v2/images');
  for (const path of ['/healthz', '/readyz']) expect((await ask('GET', path)).status).toBe(200);
  const { text } = await ask('GET', '/metrics');
  expect(text).toMatch(/^tagway_requests_shed_total\{dialect="openstack-images"\} [1-9]/m);
  expect(text).toMatch(
    /^tagway_requests_total\{dialect="openstack-images",operation="none",status="503"\} [1-9]/m,
  );
  const journal = await send(given().port, 'GET', '/admin/journal', { token: 'admin' });
  expect(journal.text).toContain('"status":503');
});

/** Says it, and waits for so many answers. */
async function heard({ socket, heard: text }: Talk, said: string, answers: number): Promise<number[]> {
  socket.write(said, 'latin1');
  while (statusesIn(text()).length < answers && !socket.destroyed) await sleep(5);
  return statusesIn(text());
}

test('a body that was rejected is not taken for a request, and the connection goes on', async () => {
  await fill();
  const hidden = 'PUT /v2/images/x/tags/hidden HTTP/1.1\r\nHost: x\r\n\r\n';
  const head = 'Host: x\r\nX-Auth-Token: alice\r\n';
  const length = `Content-Length: ${String(hidden.length)}\r\n`;
  const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
  const talk = openTalk(given().port);
  expect(await heard(talk, `POST /v2/images HTTP/1.1\r\n${head}${length}\r\n${hidden}`, 1)).toEqual([503]);
  const chunked = `POST /v1/cloudimages/members HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`;
  expect(await heard(talk, chunked, 2)).toEqual([503, 503]);
  letGo();
  await Promise.all(slow);
  expect(await heard(talk, `GET /v2/images HTTP/1.1\r\n${head}\r\n`, 3)).toEqual([503, 503, 200]);
  talk.socket.destroy();
});

test('who asks before sending a body is told to keep it, and one that never ends is cut off', async () => {
  await fill();
  const head = `PUT ${image}/file HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n`;
  const polite = openTalk(given().port);
  polite.socket.write(`${head}Expect: 100-continue\r\n\r\n`);
  expect(await polite.ended).toMatch(/^HTTP\/1.1 429 [\s\S]*\r\nConnection: close\r\n/);
  const endless = openTalk(given().port);
  endless.socket.write(`${head}\r\n`);
  const piece = Buffer.alloc(64 * 1024);
  const more = setInterval(() => endless.socket.write(piece), 1);
  // Not 503: openstacksdk would repeat it with a file that is at its end.
  expect(statusesIn(await endless.ended)).toEqual([429]);
  clearInterval(more);
});

test('an upload that cannot be done now is 500, which no client repeats with a file at its end', async () => {
  const answer = await ask('PUT', `${image}/file`, {
    'X-Away': '1',
    'Content-Type': 'application/octet-stream',
  });
  expect([answer.status, answer.headers['retry-after']]).toEqual([500, undefined]);
});

test('what streams is no load: bodies that are on their way keep nobody else out', async () => {
  const { port } = given();
  const body = { disk_format: 'raw', container_format: 'bare' };
  const uploads: Talk[] = [];
  while (uploads.length < 2 * limit) {
    const made = await send(port, 'POST', '/v2/images', { token: 'alice', body });
    expect(made.status).toBe(201);
    const talk = openTalk(port);
    talk.socket.write(
      `PUT /v2/images/${made.json<{ id: string }>().id}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\n` +
        'Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\nda',
    );
    uploads.push(talk);
    // A count may be some milliseconds old.
    await sleep(50);
  }
  expect((await ask('GET', '/v2/images')).status).toBe(200);
  expect(await Promise.all(uploads.map((talk) => heard(talk, 'ta', 1)))).toEqual(uploads.map(() => [204]));
  for (const { socket } of uploads) socket.destroy();
});

/** So many slow requests on one connection, whose client leaves before there is an answer. */
async function leaveBehind(requests: number): Promise<void> {
  const left = openTalk(given().port);
  left.socket.write('GET /v2/images HTTP/1.1\r\nHost: x\r\nX-Slow: 1\r\n\r\n'.repeat(requests));
  while (waiting < requests) await sleep(5);
  left.socket.destroy();
}

const inFlight = async (): Promise<string | undefined> =>
  /^tagway_requests_under_way (\d+)$/m.exec((await ask('GET', '/metrics')).text)?.[1];

test('a client that leaves before the answer gives back all places of the connection, once the work is done', async () => {
  await leaveBehind(limit);
  // One: who asks for it.
  while ((await inFlight()) !== '1') await sleep(5);
  expect((await ask('GET', '/v2/images')).status).toBe(503);
  letGo();
  while (waiting > 0) await sleep(5);
  // A count may be some milliseconds old.
  await sleep(50);
  expect((await ask('GET', '/v2/images')).status).toBe(200);
});

/** A request that came whole, and that nobody has answered. */
function request(shedding: LoadShedding): { res: ServerResponse; admitted: boolean } {
  const req = new IncomingMessage(new Socket());
  req.complete = true;
  const res = new ServerResponse(req);
  return { res, admitted: shedding.admits('some', res) };
}

function leave(res: ServerResponse): void {
  res.writeHead(200);
  res.emit('close');
}

const bounds = { floor: 3, most: 5, wait: 1 };

test('a request counts until its answer has left', () => {
  const away: string[] = [];
  const shedding = new LoadShedding(new AdmissionControl(bounds), false, (dialect) => away.push(dialect));
  const first = request(shedding);
  expect([request(shedding), request(shedding)].map(({ admitted }) => admitted)).toEqual([true, true]);
  expect(request(shedding).admitted).toBe(false);
  expect(away).toEqual(['some']);
  leave(first.res);
  expect(request(shedding).admitted).toBe(true);
  expect(request(shedding).admitted).toBe(false);
});

test('who waits for Keystone keeps nobody out who is known, but may not be more than the most', async () => {
  const shedding = new LoadShedding(new AdmissionControl(bounds), true, () => undefined);
  const unknown = [request(shedding), request(shedding), request(shedding)];
  const known = request(shedding);
  expect(known.admitted).toBe(true);
  known.res.req.caller = aCaller(alpha);
  // A count may be some milliseconds old.
  await sleep(50);
  unknown.push(request(shedding));
  expect(request(shedding).admitted).toBe(false);
  if (unknown[0]) leave(unknown[0].res);
  expect(request(shedding).admitted).toBe(true);
});
