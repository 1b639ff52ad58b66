import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { startTagway as StartTagway, Tagway, TagwaySeed } from '../../src/testing';
import { startOrigin, type Origin } from './origin';

// The build: a gateway's process starts its own files.
const { startTagway } = createRequire(__filename)('../../dist/src/testing') as {
  startTagway: typeof StartTagway;
};

/** People as devstack makes them: suites refer to these clouds by name. */
const people = [
  { cloud: 'devstack', user: 'demo', project: 'demo', role: 'member' },
  { cloud: 'devstack-alt', user: 'alt_demo', project: 'alt_demo', role: 'member' },
  { cloud: 'devstack-admin', user: 'admin', project: 'admin', role: 'admin' },
] as const;

const password = 'peers-password';

/** A gateway that a suite has to itself. */
export interface Site extends AsyncDisposable {
  readonly tagway: Tagway;
  /** Where images may be imported from. */
  readonly origin: Origin;
  readonly cloudsFile: string;
  environment(person: 'demo' | 'admin'): Record<string, string>;
  /** `identity-v3 listUsers` → how often it was asked for and answered below 400. */
  operations(): Promise<ReadonlyMap<string, number>>;
}

/** What a suite needs of its gateway. */
export interface SiteNeeds {
  /** Whether the catalog has a compute service, which does not answer. */
  readonly withCompute?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  /** Projects, users and keys beside those of devstack. */
  readonly seed?: TagwaySeed;
}

export async function startSite(
  folder: string,
  { withCompute = false, settings = {}, seed = {} }: SiteNeeds,
): Promise<Site> {
  const origin = await startOrigin();
  const tagway = await startTagway({
    env: { TAGWAY_IMAGE_CACHE: 'on', ...settings, ...origin.gatewayEnvironment },
    seed: withPeople(seed),
  });
  await prepare(tagway, withCompute);
  const cloudsFile = join(folder, 'clouds.yaml');
  writeFileSync(cloudsFile, clouds(tagway.authUrl));
  return {
    tagway,
    origin,
    cloudsFile,
    environment: (person) => ({
      OS_AUTH_URL: tagway.authUrl,
      OS_USERNAME: person,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: person,
      OS_DOMAIN_NAME: 'Default',
      OS_IDENTITY_API_VERSION: '3',
      OS_REGION_NAME: 'RegionOne',
      ...origin.clientEnvironment,
    }),
    operations: () => countedOperations(tagway.url),
    [Symbol.asyncDispose]: async () => {
      await tagway.stop();
      await origin[Symbol.asyncDispose]();
    },
  };
}

function withPeople({ projects = [], users = [], accessKeys = [] }: TagwaySeed): TagwaySeed {
  const own = people.map(({ user, project, role }) => ({
    name: user,
    password,
    roles: { [project]: [role] },
  }));
  return {
    projects: [...people.map(({ project }) => ({ name: project })), ...projects],
    users: [...own, ...users],
    accessKeys,
  };
}

/** As devstack: its admin has the role on the system, too, and there is one public image with data. */
async function prepare(
  { url, authUrl, credentials: { admin } }: Tagway,
  withCompute: boolean,
): Promise<void> {
  const headers = { 'X-Auth-Token': await logIn(authUrl, admin) };
  const call = async (
    method: string,
    address: string,
    body?: string,
    type = 'application/json',
  ): Promise<unknown> => {
    const given = { ...headers, ...(body !== undefined && { 'Content-Type': type }) };
    const answer = await fetch(address, { method, headers: given, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`${method} ${address}: ${String(answer.status)} ${await answer.text()}`);
    return answer.status === 204 ? {} : answer.json();
  };
  const idOf = async (plural: 'users' | 'roles'): Promise<string> => {
    const found = (await call('GET', `${authUrl}/${plural}?name=admin`)) as Record<string, { id: string }[]>;
    return found[plural]?.[0]?.id ?? '';
  };
  await call('PUT', `${authUrl}/system/users/${await idOf('users')}/roles/${await idOf('roles')}`);
  if (withCompute) {
    const compute = JSON.stringify({ service: { type: 'compute', name: 'nova' } });
    const { service } = (await call('POST', `${authUrl}/services`, compute)) as { service: { id: string } };
    const endpoint = { service_id: service.id, interface: 'public', url: 'http://127.0.0.1:1/' };
    await call('POST', `${authUrl}/endpoints`, JSON.stringify({ endpoint }));
  }
  const attributes = { disk_format: 'raw', container_format: 'bare', visibility: 'public' };
  const image = JSON.stringify({ name: 'cirros-0.6.2-x86_64-uec', ...attributes });
  const { id } = (await call('POST', `${url}/v2/images`, image)) as { id: string };
  await call('PUT', `${url}/v2/images/${id}/file`, 'some bytes', 'application/octet-stream');
}

export async function logIn(authUrl: string, admin: Tagway['credentials']['admin']): Promise<string> {
  const domain = { id: 'default' };
  const user = { name: admin.user, password: admin.password, domain };
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: admin.project, domain } },
  };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  return answer.headers.get('x-subject-token') ?? '';
}

/** JSON is YAML, too. */
function clouds(authUrl: string): string {
  const common = { auth_url: authUrl, password, user_domain_id: 'default' };
  const inProject = people.map(({ cloud, user, project }): [string, object] => {
    const auth = { ...common, username: user, project_name: project, project_domain_id: 'default' };
    return [cloud, { auth, region_name: 'RegionOne', identity_api_version: '3' }];
  });
  const system = { auth: { ...common, username: 'admin', system_scope: 'all' }, region_name: 'RegionOne' };
  return JSON.stringify({ clouds: { ...Object.fromEntries(inProject), 'devstack-system-admin': system } });
}

async function countedOperations(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, labels = '', value = '0'] of text.matchAll(/^tagway_requests_total\{([^}]*)\} (\S+)$/gm)) {
    const { dialect, operation, status = '' } = labelsIn(labels);
    if (dialect === undefined || operation === undefined || operation === 'none' || Number(status) >= 400)
      continue;
    const key = `${dialect} ${operation}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', label = '']) => [name, label]),
  );
}
