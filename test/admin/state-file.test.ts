import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '../../src/http/lifecycle';
import { dataFilePath } from '../../src/storage/images/image-data-store';
import { emptyDatabases } from '../support/backup';
import { type Speaker, openstack } from '../support/dialects';
import { gatewayOn, testGateway } from '../support/gateway';
import { signIn } from '../support/gateway-process';
import { prepareFirstUsers } from '../../src/process/openrc';
import { StateFolder } from '../../src/settings/state-folder';
import { plaintextCredentialsFromState } from '../../src/seed/plaintext-credentials';
import { liveIn } from '../support/lived-in';
import { fileFolder, stateOf, stateOpening } from '../support/state-files';
import { type Answer, send } from '../support/wire';

const given = testGateway({ env: { TAGWAY_ADMIN: 'on' }, contracts: false });
const folder = fileFolder();
const anEmpty = emptyDatabases();
const opening = stateOpening();
const project = 'próject "one"';
const password = 'correct horse';
/** What is sent is JSON: as many bytes with two quotation marks. */
const content = 'x'.repeat(100_000);
const raw = { headers: { 'Content-Type': 'application/octet-stream' } };

let admin = '';
let speaker: Required<Pick<Speaker, 'port' | 'project' | 'pair'>>;
let image = '';
beforeAll(async () => {
  const { project: id, ...lived } = (await liveIn(given(), 3)).speaker;
  if (!lived.pair) throw new Error('the speaker signs');
  speaker = { port: lived.port, pair: lived.pair, project: id };
  const { directory } = given().gateway.identity;
  const operator = await directory.createUser({ name: 'operator', password });
  await directory.setRoles(id, operator.id, ['admin']);
  admin = await signIn(given().url, 'operator', password, project);
  image = await openstack(speaker).create({ name: 'full', disk_format: 'raw', container_format: 'bare' });
  const sent = { pair: speaker.pair, ...raw, body: content };
  expect((await send(given().port, 'PUT', `/v2/images/${image}/file`, sent)).status).toBe(204);
}, 60_000);

const ask = (method: string, path: string, port = given().port): Promise<Answer> =>
  send(port, method, path, { token: admin });

/** A snapshot of everything, as a file. */
async function saved(name: string): Promise<string> {
  const { id } = (await ask('POST', '/admin/snapshots')).json<{ id: string }>();
  const answer = await ask('GET', `/admin/snapshots/${id}/file`);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-disposition']).toBe(`attachment; filename="${id}.tgw"`);
  expect((await ask('DELETE', `/admin/snapshots/${id}`)).status).toBe(204);
  return folder.write(name, answer.text);
}

/** A gateway that began with the file. */
async function begunWith(file: string) {
  const { connection, database } = await anEmpty();
  const { stateDir } = await opening(file, connection);
  const env = { TAGWAY_ADMIN: 'on', TAGWAY_STATE_FILE: join(stateDir, 'state.tgw') };
  const gateway = await gatewayOn({ connection, stateDir }, { env });
  const server = await listen(gateway.listener, '127.0.0.1', 0);
  const close = async (): Promise<void> => {
    await server.drain(2_000);
    await gateway.close();
  };
  return { connection, database, stateDir, gateway, port: server.port, close };
}

test('a gateway that begins with the file of another has all of it: rows of every table, data, secrets', async () => {
  const file = await saved('whole.tgw');
  const { connection, port, stateDir, gateway, close } = await begunWith(file);
  try {
    expect(await stateOf(connection)).toEqual(await stateOf(given().connection));
    expect(readFileSync(dataFilePath(join(stateDir, 'images'), image), 'utf8')).toBe(JSON.stringify(content));
    const url = `http://127.0.0.1:${String(port)}`;
    const token = await signIn(url, 'üser', 'p', project);
    const there = { port, token, project: speaker.project };
    expect(await openstack(there).tags(image)).toEqual(await openstack(speaker).tags(image));
    // Signed: the secret of the key was sealed with the other gateway's master key.
    expect(await openstack({ ...speaker, port }).tags(image)).toEqual([]);
    expect((await send(port, 'GET', '/v2/images', { token: admin })).status).toBe(401);
    expect(await gateway.identity.directory.hasPassword('operator', password)).toBe(true);
  } finally {
    await close();
  }
});

test('a file has no secret key that opens more than the file, no keys of tokens and no paths', async () => {
  const text = readFileSync(await saved('searched.tgw'), 'utf8');
  const { stateDir } = given();
  const own = readFileSync(join(stateDir, 'master.key'), 'utf8').trim();
  expect(text).not.toContain(own);
  expect(text).not.toContain(stateDir);
  expect(text).not.toMatch(/identity_(?:token_keys|revocations|login_tries)/);
  expect(text).not.toContain(speaker.pair.secret);
});

test('a file of a snapshot has the images of that moment, with data that were deleted since', async () => {
  const gone = await openstack(speaker).create({
    name: 'gone',
    disk_format: 'raw',
    container_format: 'bare',
  });
  const sent = { pair: speaker.pair, ...raw, body: 'abc' };
  expect((await send(given().port, 'PUT', `/v2/images/${gone}/file`, sent)).status).toBe(204);
  const { id } = (await ask('POST', '/admin/snapshots')).json<{ id: string }>();
  expect((await send(given().port, 'DELETE', `/v2/images/${gone}`, { pair: speaker.pair })).status).toBe(204);
  const later = await openstack(speaker).create({ name: 'later' });
  const { text } = await ask('GET', `/admin/snapshots/${id}/file`);
  expect(text).toContain(`{"data":{"image":"${gone}","size":5}}\n{"bytes":"ImFiYyI="}\n`);
  expect(text).not.toContain(later);
  await ask('DELETE', `/admin/snapshots/${id}`);
});

test('a reset brings the file back, users and all; tokens of then stay good', async () => {
  const file = await saved('reset.tgw');
  const { connection, database, port, stateDir, gateway, close } = await begunWith(file);
  try {
    const before = await stateOf(connection);
    const there = { ...speaker, port };
    const token = await signIn(`http://127.0.0.1:${String(port)}`, 'operator', password, project);
    const signed = { pair: speaker.pair };
    await send(port, 'DELETE', `/v2/images/${image}`, signed);
    await openstack(there).create({ name: 'made since' });
    const { directory } = gateway.identity;
    const [user] = await database.query<{ id: string }>(
      { text: `select id from identity_users where name = 'üser'` },
      [],
    );
    await directory.setPassword(user?.id ?? '', 'another');
    await directory.createProject({ name: 'made since' });
    expect((await send(port, 'POST', '/admin/reset', { token })).status).toBe(204);
    expect(await stateOf(connection)).toEqual(before);
    expect(readFileSync(dataFilePath(join(stateDir, 'images'), image), 'utf8')).toBe(JSON.stringify(content));
    expect(await directory.hasPassword('üser', 'p')).toBe(true);
    expect((await send(port, 'GET', `/v2/images/${image}`, { token })).status).toBe(200);
    expect((await send(port, 'GET', `/v2/images/${image}`, signed)).status).toBe(200);
  } finally {
    await close();
  }
});

test('a reset of one project brings its images back from the file, and leaves the others alone', async () => {
  const { port, stateDir, close } = await begunWith(await saved('project.tgw'));
  try {
    const there = { ...speaker, port };
    const url = `http://127.0.0.1:${String(port)}`;
    const token = await signIn(url, 'operator', password, project);
    const other = { port, token: await signIn(url, 'üser', 'p', 'other'), project: '' };
    const theirs = await openstack(other).create({ name: 'theirs' });
    await send(port, 'DELETE', `/v2/images/${image}`, { pair: speaker.pair });
    const mine = await openstack(there).create({ name: 'mine' });
    const path = `/admin/projects/${speaker.project}/reset`;
    expect((await send(port, 'POST', path, { token })).status).toBe(204);
    const status = async (id: string): Promise<number> =>
      (await send(port, 'GET', `/v2/images/${id}`, { token })).status;
    expect([await status(image), await status(mine)]).toEqual([200, 404]);
    expect(readFileSync(dataFilePath(join(stateDir, 'images'), image), 'utf8')).toBe(JSON.stringify(content));
    expect((await send(port, 'GET', `/v2/images/${theirs}`, { token: other.token })).status).toBe(200);
  } finally {
    await close();
  }
});

test('a file is of a snapshot that is there, for admins, by GET', async () => {
  const missing = '00000000-0000-4000-8000-000000000000';
  const answer = await ask('GET', `/admin/snapshots/${missing}/file`);
  expect([answer.status, answer.text]).toEqual([404, expect.stringContaining(`no snapshot ${missing}`)]);
  expect((await ask('POST', `/admin/snapshots/${missing}/file`)).status).toBe(405);
  const member = await send(given().port, 'GET', `/admin/snapshots/${missing}/file`, { pair: speaker.pair });
  expect(member.status).toBe(403);
});

describe('credentials in the clear', () => {
  const first = testGateway({ env: { TAGWAY_ADMIN: 'on' }, contracts: false });

  async function known() {
    const { directory } = first().gateway.identity;
    const pass = 'battery staple';
    const { id } = await directory.ensureUser({ name: 'looker', password: pass });
    await directory.setRoles((await directory.requireProject('demo')).id, id, ['admin']);
    const token = await signIn(first().url, 'looker', pass, 'demo');
    const taken = await send(first().port, 'POST', '/admin/snapshots', { token });
    const path = `/admin/snapshots/${taken.json<{ id: string }>().id}/file`;
    const { text } = await send(first().port, 'GET', path, { token });
    const [header = ''] = text.split('\n', 1);
    return plaintextCredentialsFromState((JSON.parse(header) as { known: Record<string, unknown> }).known);
  }

  test('are those of the first users, as openrc has them, until they change', async () => {
    const { gateway, stateDir, url } = first();
    await prepareFirstUsers(gateway.identity, new StateFolder(stateDir), url);
    const before = await known();
    const { id } = await gateway.identity.directory.requireProject('demo');
    expect(before.projects).toEqual([{ id, name: 'demo' }]);
    expect(before.users.map(({ name, roles }) => [name, roles])).toEqual([
      ['demo', { demo: ['member'] }],
      ['admin', { demo: ['admin'] }],
    ]);
    for (const { name, password: pass } of before.users) await signIn(url, name, pass, 'demo');
    const [pair] = before.accessKeys;
    const signed = await send(first().port, 'GET', '/v2/images', { ...(pair && { pair }) });
    expect(signed.status).toBe(200);
    const user = await gateway.identity.directory.requireUser('demo');
    await gateway.identity.directory.setPassword(user.id, 'changed since');
    await gateway.identity.accessKeys.delete(pair?.access ?? '');
    const after = await known();
    expect(after.users.map(({ name }) => name)).toEqual(['admin']);
    expect(after.accessKeys).toEqual([]);
  });
});
