import { setTimeout as sleep } from 'node:timers/promises';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../../test/support/dialects';
import { seeded } from '../../test/support/seed';
import { send } from '../../test/support/wire';
import { asked, type Check, limits, type ManySite, speakerAt, statusesOf } from './many-site';

/* What gateways share, asked of each of them by requests. */

const list = '/v2/images?limit=1';

const all = <Result>(site: ManySite, of: (port: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(site.gateways.map(({ port }) => of(port)));

/** Of each gateway for itself, whose workers count together: five a second, not ten, and not five of all. */
export async function rates(site: ManySite, speaker: Speaker): Promise<Check> {
  const many = 60;
  const granted: number[] = [];
  let isAsStated = true;
  for (const { port } of site.gateways) {
    const begun = performance.now();
    const statuses = await statusesOf({ ...speaker, port }, list, many);
    const windows = 1 + Math.floor((performance.now() - begun) / 1000);
    const taken = statuses.filter((status) => status === 200).length;
    const refused = statuses.filter((status) => status === 503).length;
    granted.push(taken);
    isAsStated &&= taken >= limits.rate && taken <= limits.rate * windows && taken + refused === many;
  }
  const seen = `${String(limits.rate)} a second: of ${String(many)} at once each takes ${granted.join(', ')}`;
  return { matter: 'rate limits', isShared: false, seen, isAsStated };
}

export async function lockout({ gateways }: ManySite): Promise<Check> {
  const login = async (port: number, password: string): Promise<number> => {
    const user = { name: 'lockedout', domain: { id: 'default' }, password };
    const body = { auth: { identity: { methods: ['password'], password: { user } } } };
    return (await send(port, 'POST', '/v3/auth/tokens', { body })).status;
  };
  const before = await login(gateways[0]?.port ?? 0, seeded.password);
  const ports = gateways.map(({ port }) => port);
  // One wrong password at a gateway; the limit is reached by all of them together.
  for (let n = 0; n < limits.lockout; n++) await login(ports[n % ports.length] ?? 0, 'wrong');
  const after: number[] = [];
  for (const port of ports) after.push(await login(port, seeded.password));
  const seen = `${String(limits.lockout)} wrong ones over the gateways; then the right one: ${after.join(', ')}`;
  const isAsStated = before === 201 && after.every((status) => status === 401);
  return { matter: 'login lockout', isShared: true, seen, isAsStated };
}

/** How long gateways still take a token after its end. */
async function takenFor(
  site: ManySite,
  speaker: Speaker,
  end: () => Promise<number>,
): Promise<Omit<Check, 'matter'>> {
  const atEach = 8;
  const look = (): Promise<number[][]> => all(site, (port) => statusesOf({ ...speaker, port }, list, atEach));
  // Every worker knows the token by now.
  const before = (await look()).flat();
  const status = await end();
  const begun = performance.now();
  let last = 0;
  for (let isTaken = true; isTaken && last < 4 * limits.revokedWithinMs;) {
    const at = performance.now() - begun;
    isTaken = (await look()).flat().some((each) => each !== 401);
    if (isTaken) last = at;
    await sleep(20);
  }
  const isGood = before.every((each) => each === 200) && status < 300 && last <= limits.revokedWithinMs;
  return { isShared: true, seen: `last taken ${(last / 1000).toFixed(1)} s afterwards`, isAsStated: isGood };
}

export async function revocation(site: ManySite, admin: Speaker): Promise<Check[]> {
  const [first = admin] = site.gateways;
  const out = await speakerAt(first.port, 'loggedout');
  const headers = { 'X-Subject-Token': out.token ?? '' };
  const revoked = await takenFor(site, out, async () => {
    const sent = { token: out.token ?? '', headers };
    return (await send(first.port, 'DELETE', '/v3/auth/tokens', sent)).status;
  });
  const gone = await speakerAt(first.port, 'disabled');
  const found = await asked({ ...admin, port: first.port }, 'GET', '/v3/users?name=disabled');
  const [user] = found.json<{ users: { id: string }[] }>().users;
  const disabled = await takenFor(site, gone, async () => {
    const path = `/v3/users/${user?.id ?? ''}`;
    return (await asked({ ...admin, port: first.port }, 'PATCH', path, { user: { enabled: false } })).status;
  });
  return [
    { matter: 'revoked token', ...revoked },
    { matter: 'disabled user', ...disabled },
  ];
}

/** A tag that one gateway has acknowledged, in the next read at each other one, by every dialect. */
export async function tags(site: ManySite, speaker: Speaker): Promise<Check> {
  const ports = site.gateways.map(({ port }) => port);
  const image = await openstack(speaker).create({ name: 'read at once' });
  let [reads, missed] = [0, 0];
  for (let n = 0; n < 40; n++) {
    const [writer = 0, key] = [ports[n % ports.length], `t${String(n)}`];
    const put = [
      () => openstack({ ...speaker, port: writer }).put(image, `${key}=1`),
      () => huaweiImages({ ...speaker, port: writer }).add(image, { key, value: '1' }),
      () => huaweiCloudimages({ ...speaker, port: writer }).setPair(image, { key, value: '1' }),
    ][n % 3];
    const status = (await put?.())?.status ?? 0;
    const seen = await Promise.all(ports.map((port) => openstack({ ...speaker, port }).tags(image)));
    reads += seen.length;
    missed += status < 300 ? seen.filter((names) => !names.includes(`${key}=1`)).length : seen.length;
    await openstack({ ...speaker, port: writer }).remove(image, `${key}=1`);
  }
  const seen = `40 written in turn: ${String(missed)} of ${String(reads)} reads at once did not show them`;
  return { matter: 'tags', isShared: true, seen, isAsStated: missed === 0 };
}

/** Asked for at one gateway, which has two workers; the others show it, and that it ends. */
export async function jobs(site: ManySite, speaker: Speaker): Promise<Check> {
  const body = { ...{ name: 'job', image_url: 'b:i.qcow2', min_disk: 40, os_version: 'CentOS 7.0 64bit' } };
  const made = await asked(speaker, 'POST', '/v2/cloudimages/action', body);
  const path = `/v1/${speaker.project}/jobs/${made.json<{ job_id: string }>().job_id}`;
  const states = async (): Promise<string[]> =>
    all(
      site,
      async (port) => (await asked({ ...speaker, port }, 'GET', path)).json<{ status: string }>().status,
    );
  const during = await states();
  await sleep(limits.jobMs);
  const after = await states();
  const isAsStated =
    during.every((state) => ['INIT', 'RUNNING'].includes(state)) &&
    after.every((state) => state === 'SUCCESS');
  const seen = `begun at one: ${during.join(', ')}; ${String(limits.jobMs)} ms later ${after.join(', ')}`;
  return { matter: 'jobs', isShared: true, seen, isAsStated };
}

/** @param images what the database has */
export async function statistics(site: ManySite, speaker: Speaker, images: number): Promise<Check> {
  const counts = await all(site, async (port) => {
    const answer = await asked({ ...speaker, port }, 'GET', '/console/api/statistics');
    return answer.json<{ images: number; tags: number }>();
  });
  const [first] = counts;
  const isAsStated = counts.every((one) => one.images === images && one.tags === first?.tags);
  const seen = counts.map((one) => `${String(one.images)}/${String(one.tags)}`).join(', ');
  return { matter: 'statistics', isShared: true, seen: `images/tags at each: ${seen}`, isAsStated };
}

export async function metadefs(site: ManySite, admin: Speaker): Promise<Check> {
  const body = { namespace: 'Many::Gateways', visibility: 'public' };
  const made = await asked(admin, 'POST', '/v2/metadefs/namespaces', body);
  const shown = await all(site, (port) =>
    asked({ ...admin, port }, 'GET', `/v2/metadefs/namespaces/${body.namespace}`),
  );
  const statuses = shown.map(({ status }) => status);
  return {
    ...{ matter: 'metadata definitions', isShared: true, seen: `made at one: ${statuses.join(', ')}` },
    isAsStated: made.status === 201 && statuses.every((status) => status === 200),
  };
}

/** Those of a gateway are of all its workers, and of no other gateway. */
export async function metrics(site: ManySite, speaker: Speaker): Promise<Check> {
  const count = 30;
  const [first] = site.gateways;
  const totals = (): Promise<number[]> =>
    all(site, async (port) => {
      const { text } = await send(port, 'GET', '/metrics');
      const values = text.matchAll(/^tagway_requests_total\{[^}]*operation="listMembers"[^}]*\} (\d+)/gm);
      return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
    });
  const before = await totals();
  await statusesOf({ ...speaker, port: first?.port ?? 0 }, `/v2/images/${seeded.image}/members`, count);
  const more = (await totals()).map((value, n) => value - (before[n] ?? 0));
  const isAsStated = more.every((value, n) => value === (n === 0 ? count : 0));
  const seen = `${String(count)} requests at the first: counted ${more.join(', ')}`;
  return { matter: 'metrics', isShared: false, seen, isAsStated };
}
