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
