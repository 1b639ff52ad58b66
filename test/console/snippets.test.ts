import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addCall, type Call, dialects, removeCall, searchCall } from '../../console/src/data/calls';
import { parseSearchExpression } from '../../src/console/expression';
import { clients, shellWord, snippet } from '../../console/src/data/snippets';
import { tagFromName } from '../../src/core/tag';
import { testGateway } from '../support/gateway';
import { signIn } from '../support/gateway-process';
import { send } from '../support/wire';

const run = promisify(execFile);
const given = testGateway();
// Inside the project, so that Node finds the SDK.
const folder = mkdtempSync(join(__dirname, '.snippets-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let token: string;
let projectId: string;
let imageId: string;
let keys: { access: string; secret: string };

beforeAll(async () => {
  const { directory, accessKeys } = given().gateway.identity;
  const project = await directory.createProject({ name: 'alpha' });
  const user = await directory.createUser({ name: 'alice', password: 'correct horse' });
  await directory.setRoles(project.id, user.id, ['member']);
  projectId = project.id;
  keys = await accessKeys.create(user.id, project.id);
  token = await signIn(given().url, 'alice', 'correct horse', 'alpha');
  const made = await send(given().port, 'POST', '/v2/images', { token, body: { name: 'one' } });
  imageId = made.json<{ id: string }>().id;
});

async function byCurl(call: Call): Promise<string> {
  const text = snippet('curl', call, given().url, projectId);
  return (await run('bash', ['-c', text], { env: { ...process.env, TOKEN: token } })).stdout;
}

async function bySdk(call: Call): Promise<string> {
  const file = join(folder, 'call.cjs');
  writeFileSync(file, snippet('sdk', call, given().url, projectId));
  const env = { ...process.env, HUAWEICLOUD_SDK_AK: keys.access, HUAWEICLOUD_SDK_SK: keys.secret };
  return (await run(process.execPath, [file], { env })).stdout;
}

async function tags(): Promise<string[]> {
  const shown = await send(given().port, 'GET', `/v2/images/${imageId}`, { token });
  return shown.json<{ tags: string[] }>().tags;
}

describe.each(dialects)('snippets of %s', (dialect) => {
  // The vendor's own signs of a value, and what only OpenStack takes.
  const name = dialect === 'openstack-images' ? `it's="a & b"` : 'key=a b/c';
  const tag = tagFromName(name);

  test('add and remove the tag when curl runs them', async () => {
    expect(await byCurl(addCall(dialect, projectId, imageId, tag))).toMatch(/^HTTP\/1.1 204 /);
    expect(await tags()).toEqual([name]);
    expect(await byCurl(removeCall(dialect, projectId, imageId, tag))).toMatch(/^HTTP\/1.1 204 /);
    expect(await tags()).toEqual([]);
  });

  test('add and remove the tag when the SDK runs them', async () => {
    const plain = tagFromName('env=prod');
    expect(await bySdk(addCall(dialect, projectId, imageId, plain))).toContain('"httpStatusCode": 204');
    expect(await tags()).toEqual(['env=prod']);
    expect(await bySdk(removeCall(dialect, projectId, imageId, plain))).toContain('"httpStatusCode": 204');
    expect(await tags()).toEqual([]);
  });
});

function search(expression: string): Call {
  const parsed = parseSearchExpression(expression);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return searchCall(projectId, parsed.filter, 20);
}

test('a search finds the same by curl and by the SDK', async () => {
  for (const ran of [
    await byCurl(search('-has:golden name:one')),
    await bySdk(search('-has:golden name:one')),
  ]) {
    expect(ran).toMatch(/"total_count": ?1/);
    expect(ran).toContain(imageId);
  }
});

test('a selector finds the same by curl and by the SDK', async () => {
  const call = search('selector:!golden');
  for (const ran of [await byCurl(call), await bySdk(call)]) expect(ran).toContain(imageId);
  const none = search('selector:name:"no such"');
  expect(await byCurl(none)).not.toContain(imageId);
  const said = snippet('openstack', none, given().url, projectId);
  expect(said).toContain('# The openstack client cannot ask for: selector:name:"no such"');
});

test('the openstack client is told what it can do, and what it cannot is said', () => {
  const by = (call: Call): string => snippet('openstack', call, given().url, projectId);
  const tag = tagFromName(`it's=x`);
  expect(by(addCall('huawei-images', projectId, imageId, tag))).toBe(
    `openstack image set --tag 'it'\\''s=x' ${imageId}`,
  );
  expect(by(removeCall('huawei-cloudimages', projectId, imageId, tag))).toContain('image unset --tag');
  expect(by(search('env=prod'))).toBe('openstack image list --tag env=prod --limit 20');
  expect(by(search('a=x|y -b=* untouched= n'))).toBe(
    [
      '# The openstack client cannot ask for: a=x|y (one of several values)',
      '# The openstack client cannot ask for: -b (to exclude)',
      '# The openstack client cannot ask for: n (a part of a name)',
      'openstack image list --tag untouched --limit 20',
    ].join('\n'),
  );
});

test('no snippet has a secret in it', () => {
  for (const client of clients) {
    const text = snippet(client, search('env=prod'), given().url, projectId);
    for (const secret of [token, keys.access, keys.secret]) expect(text).not.toContain(secret);
  }
});

test.each(['a', 'a b', `it's`, '$HOME `x` "y" \\', '', '-x', 'ä\n'])(
  '%j is one word of a shell',
  async (text) => {
    expect((await run('bash', ['-c', `printf %s ${shellWord(text)}`])).stdout).toBe(text);
  },
);
