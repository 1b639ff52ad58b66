import { createRequire } from 'node:module';
import { Command } from 'commander';
import type { startTagway as StartTagway } from '../../../src/testing';
import { OperationCounts } from './operations';
import { type Found, playSequence, type Played, type Service } from './sequence';

// The build: a gateway's process starts its own files.
const { startTagway } = createRequire(__filename)('../../../dist/src/testing') as {
  startTagway: typeof StartTagway;
};

/*
 * `npm run lab:identity`: random sequences of calls of the admin API, the same to a real Keystone (of
 * `npm run lab:newest`) and to the embedded identity of a gateway that it starts. Answers are equal, but for ids and
 * times, or a divergence of docs/divergences.md allows the difference; any other makes it end with 1.
 */

interface Options {
  readonly keystone: string;
  readonly password: string;
  readonly sequences: number;
  readonly calls: number;
  readonly seed: number;
  readonly together: number;
  readonly operations: boolean;
  readonly verbose: boolean;
}

const options = new Command('npm run lab:identity --')
  .option('--keystone <url>', 'of its /v3', process.env['LAB_KEYSTONE'] ?? 'http://127.0.0.1:5001/v3')
  .option('--password <text>', "of the Keystone's admin", process.env['LAB_PASSWORD'] ?? 'labpass')
  .option('--sequences <n>', 'how many', Number, 60)
  .option('--calls <n>', 'in each', Number, 200)
  .option('--seed <n>', 'of the first; the next ones count on', Number, 1)
  .option('--together <n>', 'how many run at the same time', Number, 4)
  .option('--operations', 'show how often each operation was called, and with what success', false)
  .option('--verbose', 'show whole answers', false)
  .parse()
  .opts<Options>();

interface Person {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

async function serviceOf(url: string, person: Person): Promise<Service> {
  const domain = { id: 'default' };
  const user = { name: person.user, password: person.password, domain };
  const scope = { project: { name: person.project, domain } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const answer = await fetch(`${url}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`no token of ${url}: ${await answer.text()}`);
  const { token: shown } = (await answer.json()) as { readonly token: { readonly project: { id: string } } };
  const ids = new Map([
    ['<domain-default>', 'default'],
    ['<project-admin>', shown.project.id],
  ]);
  for (const name of ['admin', 'manager', 'member', 'reader'])
    ids.set(`<role-${name}>`, await roleOf(url, token, name));
  return { url, token, ids };
}

async function roleOf(url: string, token: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/roles?name=${name}`, { headers: { 'X-Auth-Token': token } });
  const { roles } = (await answer.json()) as { readonly roles: readonly { readonly id: string }[] };
  const [role] = roles;
  if (!role) throw new Error(`${url} has no role ${name}`);
  return role.id;
}

/** What Keystone brought along is described in its words, for what is compared. */
async function describeAlike([keystone, tagway]: readonly [Service, Service]): Promise<void> {
  const path = ({ url, ids }: Service): string => `${url}/projects/${ids.get('<project-admin>') ?? ''}`;
  const answer = await fetch(path(keystone), { headers: { 'X-Auth-Token': keystone.token } });
  const { project } = (await answer.json()) as { readonly project: { readonly description: string } };
  await fetch(path(tagway), {
    method: 'PATCH',
    headers: { 'X-Auth-Token': tagway.token, 'Content-Type': 'application/json' },
    body: JSON.stringify({ project: { description: project.description } }),
  });
}

/** Roles imply each other in Tagway as in the Keystone (K32), for what is compared. */
async function implyAlike([keystone, tagway]: readonly [Service, Service]): Promise<void> {
  const names = [...keystone.ids.keys()].filter((handle) => handle.startsWith('<role-'));
  for (const prior of names) {
    for (const implied of names) {
      const path = (ids: Service['ids']): string =>
        `/roles/${ids.get(prior) ?? ''}/implies/${ids.get(implied) ?? ''}`;
      const headers = (token: string) => ({ 'X-Auth-Token': token });
      const wanted = await fetch(`${keystone.url}${path(keystone.ids)}`, {
        headers: headers(keystone.token),
      });
      const method = wanted.status === 200 ? 'PUT' : 'DELETE';
      await fetch(`${tagway.url}${path(tagway.ids)}`, { method, headers: headers(tagway.token) });
    }
  }
}

async function playAll(
  services: readonly [Service, Service],
  operations: OperationCounts,
): Promise<readonly Played[]> {
  const seeds = Array.from({ length: options.sequences }, (_, index) => options.seed + index);
  const played: Played[] = [];
  const next = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const one = await playSequence(services, seed, options.calls, operations);
      played.push(one);
      const words = one.found.length === 0 ? 'equal' : `${String(one.found.length)} differences`;
      console.log(`sequence ${String(seed)}: ${String(one.calls)} calls, ${words}`);
      for (const { difference } of one.found) console.log(`  ${difference}`);
    }
  };
  await Promise.all(Array.from({ length: options.together }, next));
  return played;
}

function report(played: readonly Played[], operations: OperationCounts): void {
  reportDifferences(played);
  const calls = played.reduce((sum, one) => sum + one.calls, 0);
  const equal = played.filter(({ found }) => found.length === 0).length;
  const cut = played.filter((one) => one.calls < options.calls).map(({ seed }) => seed);
  const { lines, never } = operations.table();
  if (options.operations) console.log(`\n${lines.join('\n')}`);
  console.log(`\n${String(played.length)} sequences, ${String(calls)} calls, ${String(equal)} equal`);
  if (cut.length > 0) console.log(`ended early: ${cut.join(', ')}`);
  if (never.length > 0) console.log(`never done: ${never.join(', ')}`);
  console.log('statuses', sums(played.map(({ statuses }) => statuses)));
  console.log('allowed by a divergence', sums(played.map(({ excused }) => excused)));
  process.exitCode = equal === played.length ? 0 : 1;
}

function reportDifferences(played: readonly Played[]): void {
  const groups = new Map<string, Found[]>();
  for (const found of played.flatMap((one) => one.found)) {
    groups.set(found.difference, [...(groups.get(found.difference) ?? []), found]);
  }
  for (const [difference, found] of [...groups].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`\n${String(found.length)} × ${difference}`);
    const [first] = found;
    if (!first) continue;
    console.log(
      `  ${first.pair.call.as ?? 'admin'}: ${first.pair.call.path} ${JSON.stringify(first.pair.call.body ?? '')}`,
    );
    if (options.verbose) console.log(JSON.stringify(first.pair, null, 1));
  }
}

function sums(maps: readonly ReadonlyMap<string | number, number>[]): string {
  const all = new Map<string | number, number>();
  for (const map of maps) for (const [key, value] of map) all.set(key, (all.get(key) ?? 0) + value);
  return [...all]
    .sort()
    .map(([key, value]) => `${String(key)}: ${String(value)}`)
    .join(', ');
}

async function main(): Promise<void> {
  const { password } = options;
  const admin = { user: 'admin', password, project: 'admin' };
  await using tagway = await startTagway({
    seed: {
      projects: [{ name: 'admin' }],
      users: [{ name: 'admin', password, roles: { admin: ['admin'] } }],
    },
  });
  const services = [
    await serviceOf(options.keystone, admin),
    await serviceOf(tagway.authUrl, admin),
  ] as const;
  await describeAlike(services);
  await implyAlike(services);
  const operations = new OperationCounts();
  report(await playAll(services, operations), operations);
}

void main();
