import { setTimeout as sleep } from 'node:timers/promises';
import { testGateway } from '../support/gateway';
import { openTalk, statusesIn } from '../support/raw-talk';
import { alpha, testAuthenticator } from '../support/test-authenticator';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

const head = 'Host: x\r\nContent-Type: application/json\r\n';
const paths = [
  ['OpenStack', 'POST', '/v2/images'],
  ['Huawei v2', 'POST', `/v2/${alpha}/images/00000000-0000-4000-8000-000000000001/tags/action`],
  ['Huawei v1', 'PUT', '/v1/cloudimages/tags'],
  ['the console', 'POST', '/console/nothing'],
] as const;

test.each(paths)('a body that nobody reads and that never ends is cut off: %s', async (_, method, path) => {
  const { socket, ended } = openTalk(given().port);
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${head}X-Auth-Token: unknown\r\nContent-Length: 1000000000\r\n\r\n`,
  );
  const piece = Buffer.alloc(64 * 1024);
  const more = setInterval(() => socket.write(piece), 1);
  const statuses = statusesIn(await ended);
  clearInterval(more);
  expect(statuses).toHaveLength(1);
});

test.each(paths)(
  'one that is too large is refused, and does not hold up its connection: %s',
  async (_, method, path) => {
    const { socket, ended, heard } = openTalk(given().port);
    const length = 13 * 1024 * 1024;
    socket.write(
      `${method} ${path} HTTP/1.1\r\n${head}X-Auth-Token: alice\r\nContent-Length: ${String(length)}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(length, ' '));
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const isServed = (): boolean => statusesIn(heard()).length === 2;
    while (!socket.destroyed && !isServed()) await sleep(5);
    socket.destroy();
    expect(statusesIn(await ended)[0]).toBeGreaterThanOrEqual(400);
  },
);
