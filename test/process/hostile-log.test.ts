import { removeFolder, signIn, startGatewayProcess } from '../support/gateway-process';
import { openTalk } from '../support/raw-talk';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';
import { closeIdleSockets, send } from '../support/wire';

afterAll(closeIdleSockets);

const injected = '\r\n{"level":"error","message":"injected"}\u001b[31m\u2028"';

test('whatever is in names, tags, paths and headers, the log stays one JSON object a line', async () => {
  const folder = await usedStateFolder('tagway-log');
  const gateway = await startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
  try {
    const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
    const escaped = encodeURIComponent(injected);
    const created = await send(gateway.port, 'POST', '/v2/images', {
      token,
      body: { name: injected, tags: [injected] },
    });
    expect(created.status).toBe(201);
    const { id } = created.json<{ id: string }>();
    for (const path of [
      `/v2/images/${id}/tags/${escaped}`,
      `/v2/${escaped}/images`,
      `/${escaped}?${escaped}`,
    ])
      await send(gateway.port, 'DELETE', path, { token, headers: { 'User-Agent': 'a\tb"{' } });
    const user = { name: injected, domain: { id: 'default' }, password: injected };
    const auth = { identity: { methods: ['password'], password: { user } } };
    expect((await send(gateway.port, 'POST', '/v3/auth/tokens', { body: { auth } })).status).toBe(401);
    const { socket, ended } = openTalk(gateway.port);
    socket.end(Buffer.from('G\x1bT /\x1b[2J\xff HTTP/1.1\r\nX: \x1b[31m\r\n\r\n', 'latin1'));
    await ended;
  } finally {
    await gateway.stop();
    removeFolder(folder);
  }
  const lines = gateway
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Tagway is ready'));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    // eslint-disable-next-line no-control-regex -- a terminal obeys them
    expect(line).not.toMatch(/[\x00-\x1f\x7f]/);
    const event = JSON.parse(line) as { message: string };
    expect(event.message).not.toBe('injected');
  }
}, 60_000);

test('a client that leaves its download is no error, and only the log writes to standard error', async () => {
  const folder = await usedStateFolder('tagway-log');
  const gateway = await startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
  try {
    const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
    const body = { disk_format: 'raw', container_format: 'bare' };
    const created = await send(gateway.port, 'POST', '/v2/images', { token, body });
    const path = `/v2/images/${created.json<{ id: string }>().id}/file`;
    const data = Buffer.alloc(32 * 1024 * 1024);
    const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/octet-stream' };
    const url = `${gateway.url}${path}`;
    expect((await fetch(url, { method: 'PUT', headers, body: data })).status).toBe(204);
    const { socket } = openTalk(gateway.port);
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\n\r\n`);
    await new Promise((later) => setTimeout(later, 500));
    socket.destroy();
    while (!gateway.output().includes('"status":499')) await new Promise((later) => setTimeout(later, 50));
  } finally {
    await gateway.stop();
    removeFolder(folder);
  }
  const lines = gateway.output().trim().split('\n');
  const events = lines
    .filter((line) => !line.startsWith('Tagway is ready'))
    .map((line) => JSON.parse(line) as object);
  expect(events.filter((event) => 'level' in event && event.level === 'error')).toEqual([]);
  expect(events).toContainEqual(expect.objectContaining({ operation: 'downloadImage', status: 499 }));
}, 60_000);
