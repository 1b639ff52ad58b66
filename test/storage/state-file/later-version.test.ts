import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '../../../src/http/lifecycle';
import { dataFilePath } from '../../../src/storage/images/image-data-store';
import { emptyDatabases } from '../../support/backup';
import { huaweiImages, openstack } from '../../support/dialects';
import { gatewayOn } from '../../support/gateway';
import { signIn } from '../../support/gateway-process';
import { seeded } from '../../support/seed';
import { stateOpening } from '../../support/state-files';
import { send } from '../../support/wire';

/** Of the build of 2026-11-28, by scripts/state-file/main.ts. Never made anew: it stands for the files that people have. */
const first = join(__dirname, 'first.tgw');
const anEmpty = emptyDatabases();
const opening = stateOpening();

interface Site {
  readonly port: number;
  readonly stateDir: string;
  readonly alice: string;
}

async function onFirst(work: (site: Site) => Promise<void>): Promise<void> {
  const { connection } = await anEmpty();
  const { stateDir, known } = await opening(first, connection);
  expect(known.users.map(({ name }) => name)).toEqual(['alice', 'bob', 'tagway-admin']);
  const gateway = await gatewayOn({ connection, stateDir });
  const server = await listen(gateway.listener, '127.0.0.1', 0);
  try {
    const alice = await signIn(`http://127.0.0.1:${String(server.port)}`, 'alice', seeded.password, 'alpha');
    await work({ port: server.port, stateDir, alice });
  } finally {
    await server.drain(2_000);
    await gateway.close();
  }
}

test('a file of the first build opens: images, tags, data, members', async () => {
  await onFirst(async ({ port, stateDir, alice }) => {
    const speaker = { port, token: alice, project: seeded.alpha };
    expect(await openstack(speaker).tags(seeded.image)).toEqual(['a', 'k=v', 'red']);
    expect(await huaweiImages(speaker).pairs(seeded.image)).toContainEqual({ key: 'k', value: 'v' });
    const { text } = await send(port, 'GET', `/v2/images/${seeded.image}/file`, { token: alice });
    expect(text).toBe('the data');
    expect(readFileSync(dataFilePath(join(stateDir, 'images'), seeded.image), 'utf8')).toBe('the data');
    const members = await send(port, 'GET', `/v2/images/${seeded.image}/members`, { token: alice });
    expect(members.json<{ members: object[] }>().members).toMatchObject([{ member_id: seeded.beta }]);
  });
});

test('its credentials log in: password, access key, application credential', async () => {
  await onFirst(async ({ port }) => {
    const pair = { access: seeded.access, secret: seeded.secret };
    expect((await send(port, 'GET', `/v2/images/${seeded.image}`, { pair })).status).toBe(200);
    const credential = { id: '0123456789abcdef0123456789abcdef', secret: 'a robot has no name' };
    const identity = { methods: ['application_credential'], application_credential: credential };
    const login = await send(port, 'POST', '/v3/auth/tokens', { body: { auth: { identity } } });
    expect(login.status).toBe(201);
    const token = String(login.headers['x-subject-token']);
    expect((await send(port, 'GET', `/v2/images/${seeded.image}`, { token })).status).toBe(200);
  });
});

test('its history, webhooks and definitions are there, and changes go on', async () => {
  await onFirst(async ({ port, alice }) => {
    const project = `/tags/v1/projects/${seeded.alpha}`;
    const history = async (): Promise<object[]> =>
      (await send(port, 'GET', `${project}/images/${seeded.image}/tags/history`, { token: alice })).json<{
        items: object[];
      }>().items;
    expect(await history()).toMatchObject([
      { revision: 2, added: ['red'], by: { user_name: 'alice', dialect: 'openstack-images' } },
      { revision: 1, added: ['a', 'k=v'], by: { dialect: 'seed' } },
    ]);
    const hooks = await send(port, 'GET', `${project}/webhooks`, { token: alice });
    expect(hooks.text).toContain('https://webhook.invalid/');
    const spaces = await send(port, 'GET', '/v2/metadefs/namespaces', { token: alice });
    expect(spaces.text).toContain('OS::Own::Space');
    await openstack({ port, token: alice, project: seeded.alpha }).put(seeded.image, 'later');
    expect((await history())[0]).toMatchObject({ revision: 3, added: ['later'] });
  });
});
