import { startTagway, type Tagway } from '../../dist/src/testing';
import { seedContent, seeded } from '../../test/support/seed';

/**
 * Writes a state file with something of each kind: node --import tsx scripts/state-file/main.ts FILE
 * test/storage/state-file/first.tgw is one of the first build. A later build that stores more adds a file beside it.
 */
async function main(file: string): Promise<void> {
  const robot = { id: '0123456789abcdef0123456789abcdef', name: 'robot', secret: 'a robot has no name' };
  const applicationCredentials = [{ ...robot, user: 'alice', project: 'alpha', roles: ['member'] }];
  const users = seedContent.users.filter(({ name }) => name !== 'admin');
  const gateway = await startTagway({ seed: { ...seedContent, users, applicationCredentials } });
  try {
    await fill(gateway);
    await gateway.saveState(file);
  } finally {
    await gateway.stop();
  }
}

async function fill(gateway: Tagway): Promise<void> {
  const alice = await tokenOf(gateway, 'alice', seeded.password, 'alpha');
  const admin = gateway.credentials.admin.token;
  const image = `/v2/images/${seeded.image}`;
  const patch = 'application/openstack-images-v2.1-json-patch';
  const formats = ['disk_format', 'container_format'].map((name) => ({
    ...{ op: 'add', path: `/${name}`, value: name === 'disk_format' ? 'raw' : 'bare' },
  }));
  const ask = asking(gateway.url);
  await ask(alice, 'PATCH', image, JSON.stringify(formats), patch);
  await ask(alice, 'PUT', `${image}/file`, 'the data', 'application/octet-stream');
  await ask(alice, 'PUT', `${image}/tags/red`);
  await ask(alice, 'POST', `${image}/members`, JSON.stringify({ member: seeded.beta }));
  const hook = { url: 'https://webhook.invalid/', enabled: false };
  await ask(alice, 'POST', `/tags/v1/projects/${seeded.alpha}/webhooks`, JSON.stringify(hook));
  const namespace = { namespace: 'OS::Own::Space', visibility: 'public' };
  await ask(admin, 'POST', '/v2/metadefs/namespaces', JSON.stringify(namespace));
}

type Ask = (token: string, method: string, path: string, body?: string, type?: string) => Promise<void>;

function asking(url: string): Ask {
  return async (token, method, path, body, type = 'application/json') => {
    const headers = { 'X-Auth-Token': token, ...(body !== undefined && { 'Content-Type': type }) };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  };
}

async function tokenOf(
  { authUrl }: Tagway,
  name: string,
  password: string,
  project: string,
): Promise<string> {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name, domain, password } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${authUrl}/auth/tokens`, { method: 'POST', headers, body });
  return String(answer.headers.get('X-Subject-Token'));
}

void main(process.argv[2] ?? 'state.tgw');
