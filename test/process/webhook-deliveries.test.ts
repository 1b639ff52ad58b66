import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { Hook } from '../dialects/tagway/webhook-calls';
import { connectionUrl } from '../support/connection-url';
import { createDatabase, dropDatabase, type TestDatabase } from '../support/database';
import { engineEnvironment } from '../support/engine';
import {
  type GatewayProcess,
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { keepSecret } from '../support/secrets';
import { seeded, writeSeed } from '../support/seed';
import { send } from '../support/wire';
import { until } from '../support/until';
import { caOfTests, Receiver } from '../webhooks/receiver';

jest.setTimeout(120_000);

/* Webhooks of the built gateway, in processes that are killed and started again. */
const hooks = `/tags/v1/projects/${seeded.alpha}/webhooks`;
const folder = temporaryFolder('tagway-webhooks');
let given: TestDatabase;
let environment: Record<string, string>;
let receiver: Receiver;

beforeAll(async () => {
  given = await createDatabase();
  environment = {
    DATABASE_URL: connectionUrl(given.connection),
    ...engineEnvironment(),
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_WEBHOOK_NETWORKS: '127.0.0.0/8',
  };
});
beforeEach(async () => {
  receiver = await new Receiver(true).listen();
});
afterEach(() => {
  receiver.close();
});
afterAll(async () => {
  await given.database.close();
  await dropDatabase(given.connection.database);
  removeFolder(folder);
});

interface Site {
  readonly gateway: GatewayProcess;
  readonly ask: (method: string, path: string, body?: object) => ReturnType<typeof send>;
}

async function start(env: Record<string, string> = { NODE_EXTRA_CA_CERTS: caOfTests }): Promise<Site> {
  const gateway = await startGatewayProcess(folder, { ...environment, ...env });
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  return {
    gateway,
    ask: (method, path, body) => send(gateway.port, method, path, { token, ...(body && { body }) }),
  };
}

async function aHook({ ask }: Site): Promise<Hook> {
  const hook = (await ask('POST', hooks, { url: receiver.url })).json<Hook>();
  keepSecret(hook.secret);
  return hook;
}

const tag = ({ ask }: Site, name: string) => ask('PUT', `/v2/images/${seeded.image}/tags/${name}`);

const namesSeen = (secret: string): string[][] =>
  receiver.seen.map(({ body, headers }) => {
    const event = new Webhook(secret).verify(body, headers as Record<string, string>);
    return [...(event as { data: { added: readonly string[] } }).data.added];
  });

test('a delivery during which the gateway was killed comes again, and nothing after it is lost', async () => {
  receiver.reaction = () => undefined;
  const killed = await start();
  const { id, secret } = await aHook(killed);
  for (const name of ['one', 'two', 'three']) await tag(killed, name);
  await until(() => receiver.seen.length === 1);
  await killed.gateway.stop('SIGKILL');
  receiver.reaction = (res) => res.writeHead(204).end();
  // As if the 40 s had passed for which the killed process had it.
  const text = "update webhooks set leased_until = '2020-01-01Z' where webhook_id = $1 returning leased_by";
  const [leased] = await given.database.query<{ leased_by: string | null }>({ text }, [id]);
  expect(leased?.leased_by).not.toBeNull();
  const next = await start();
  await until(() => receiver.seen.length === 4);
  expect(namesSeen(secret)).toEqual([['one'], ['one'], ['two'], ['three']]);
  expect(receiver.seen[1]?.headers['webhook-id']).toBe(receiver.seen[0]?.headers['webhook-id']);
  await next.ask('DELETE', `${hooks}/${id}`);
  await next.gateway.stop();
});

test('a certificate of an unknown authority is refused by name; with it, and a new master key, all is delivered', async () => {
  const strict = await start({});
  const { id, secret } = await aHook(strict);
  await tag(strict, 'sealed');
  const deliveries = async () =>
    (await strict.ask('GET', `${hooks}/${id}/deliveries`)).json<{ items: readonly object[] }>().items;
  await until(async () => (await deliveries()).length > 0);
  expect((await deliveries()).at(-1)).toMatchObject({ fault: 'certificate-not-trusted', status: null });
  expect(receiver.seen).toEqual([]);
  await strict.gateway.stop();
  const cli = join(__dirname, '../../dist/src/cli.js');
  const env = { PATH: process.env['PATH'] ?? '', TAGWAY_STATE_DIR: folder, ...environment };
  execFileSync(process.execPath, [cli, 'master-key', 'rotate'], { env });
  const again = await start();
  await again.ask('PATCH', `${hooks}/${id}`, { enabled: true });
  await until(() => receiver.seen.length === 1);
  expect(namesSeen(secret)).toEqual([['sealed']]);
  await again.gateway.stop();
});
