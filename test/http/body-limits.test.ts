import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArrivingBodyBudget, ByteSemaphore } from '../../src/http/body-budget';
import { HttpFault } from '../../src/http/errors';
import { testGateway } from '../support/gateway';
import { openTalk, statusesIn } from '../support/raw-talk';
import { alpha, testAuthenticator } from '../support/test-authenticator';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const real = testGateway();

const mebibyte = 1024 * 1024;
const image = '00000000-0000-4000-8000-000000000001';
const routes = [
  ['OpenStack', 'POST', '/v2/images'],
  ['Huawei v2', 'POST', `/v2/${alpha}/images/${image}/tags/action`],
  ['Huawei v1', 'PUT', '/v1/cloudimages/tags'],
] as const;

/** All that is answered to a head and what stands behind it, until the first status or the end. */
async function answerTo(port: number, text: string, body: Buffer = Buffer.alloc(0)): Promise<string> {
  const { socket, heard } = openTalk(port);
  socket.write(text);
  socket.write(body);
  while (statusesIn(heard()).length === 0 && !socket.destroyed) await sleep(5);
  await sleep(20);
  socket.destroy();
  return heard();
}

const head = (method: string, path: string, more: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;

test.each(routes)(
  'an announced length that is too much is 413 before any of it is sent: %s',
  async (_, method, path) => {
    const said = head(method, path, `X-Auth-Token: alice\r\nContent-Length: ${String(3 * mebibyte)}`);
    expect(statusesIn(await answerTo(given().port, said))).toEqual([413]);
  },
);

test.each(routes)(
  'chunks are 413 as soon as they are too much, without their end: %s',
  async (_, method, path) => {
    const said = head(method, path, 'X-Auth-Token: alice\r\nTransfer-Encoding: chunked');
    const size = 2 * mebibyte + 1;
    const chunk = Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size, ' ')]);
    expect(statusesIn(await answerTo(given().port, said, chunk))).toEqual([413]);
  },
);

async function aKey(): Promise<string> {
  const { identity } = real().gateway;
  const name = randomUUID();
  const project = await identity.directory.createProject({ name });
  const user = await identity.directory.createUser({ name, password: `a secret of ${name}` });
  await identity.directory.setRoles(project.id, user.id, ['member']);
  return (await identity.accessKeys.create(user.id, project.id)).access;
}

async function signedHead(method: string, path: string, length: number): Promise<string> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const authorization = `SDK-HMAC-SHA256 Access=${await aKey()}, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`;
  return head(
    method,
    path,
    `X-Sdk-Date: ${date}\r\nAuthorization: ${authorization}\r\nContent-Length: ${String(length)}`,
  );
}

const files = `/v2/images/${image}/file`;

test.each([
  ['an upload', 'PUT', files],
  ['OpenStack', 'POST', '/v2/images'],
  ['Huawei', 'POST', `/v2/${alpha}/images/${image}/tags`],
])(
  'a signed body of more than 12 MiB is refused as the vendor does, at once: %s',
  async (_, method, path) => {
    const heard = await answerTo(real().port, await signedHead(method, path, 12 * mebibyte + 1));
    expect(statusesIn(heard)).toEqual([401]);
    expect(heard).toMatch(/"error_code": ?"APIGW\.0301"/);
    expect(heard).toContain('calc aksk signature fail:body too large');
    expect(heard).toMatch(/^X-Request-Id: [0-9a-f]{32}\r$/m);
  },
);

test.each(routes)('a signed body has the limit of its route: %s', async (_, method, path) => {
  const heard = await answerTo(real().port, await signedHead(method, path, 2 * mebibyte + 1));
  expect(statusesIn(heard)).toEqual([413]);
});

test('large bodies of unknown senders are read only when there is room for all of them', async () => {
  const talks = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const talk = openTalk(real().port);
      talk.socket.write(await signedHead('PUT', files, 12 * mebibyte));
      return talk;
    }),
  );
  const sent = talks.map(({ socket }) => {
    let all = false;
    socket.write(Buffer.alloc(12 * mebibyte - 1), () => (all = true));
    return () => all;
  });
  const whole = (): number => sent.filter((all) => all()).length;
  while (whole() < 4) await sleep(10);
  await sleep(200);
  expect(whole()).toBe(4);
  // Their last bytes: all are refused, and the others have their turn.
  for (const { socket } of talks) socket.write('x');
  while (talks.some(({ heard }) => statusesIn(heard()).length === 0)) await sleep(10);
  expect(talks.flatMap(({ heard }) => statusesIn(heard()))).toEqual(talks.map(() => 401));
  for (const { socket } of talks) socket.destroy();
});

describe('the budget of bodies that come in', () => {
  test('refuses the one that has been on its way for longest, and none that is whole', () => {
    const budget = new ArrivingBodyBudget(100);
    const refused: string[] = [];
    const begin = (name: string) => budget.begin(() => refused.push(name));
    const whole = begin('whole');
    whole.add(40);
    whole.whole();
    begin('slow').add(40);
    begin('quick').add(30);
    expect(refused).toEqual(['slow']);
    whole.release();
    begin('next').add(70);
    expect(refused).toEqual(['slow']);
    begin('more').add(70);
    expect(refused).toEqual(['slow', 'quick', 'next']);
  });

  test('gives large ones their turn, first come first served, and refuses who waits too long', async () => {
    const room = new ByteSemaphore(100, 50);
    const leave = await room.enter(80);
    const order: string[] = [];
    const large = room.enter(90).then((left) => {
      order.push('large');
      return left;
    });
    const small = room.enter(10).then(() => order.push('small'));
    leave();
    leave();
    (await large)();
    await small;
    expect(order).toEqual(['large', 'small']);
    await expect(room.enter(95)).rejects.toThrow(HttpFault);
    (await room.enter(90))();
  });
});
