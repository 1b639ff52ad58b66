import { setTimeout as sleep } from 'node:timers/promises';
import type { Speaker } from '../../test/support/dialects';
import { FeedTrial } from '../../test/support/feed/trial';
import { keepSecret } from '../../test/support/secrets';
import { Receiver } from '../../test/webhooks/receiver';
import { familyOf, signal } from '../torture/processes';
import { expireHistory } from '../torture/expire';
import { asked, type ManySite } from './many-site';
import { ask, until } from './postgres-tools';
import { say } from './report';
import { allDialects, type Balance, Writers } from './writers';

/** Writers through all dialects at the proxy, readers of the feed and a webhook, until they have everything. */
export interface Load extends Balance {
  readonly name: string;
  /** Changes in the feed, each read by every reader. */
  readonly events: number;
  readonly feedFaults: readonly string[];
  /** Events that the webhook's receiver got, those that it got again, and the most at a time. */
  readonly delivered: number;
  readonly again: number;
  readonly atOnce: number;
  /** s from the end of writing to the last delivery */
  readonly deliveredAfter: number;
  /** Rows of history that retention had to remove, and those that it has left of them; null: it was not waited for. */
  readonly expired: readonly [before: number, left: number] | null;
  /** Error lines of the gateways' logs. */
  readonly errorLines: readonly string[];
}

export interface LoadOptions {
  readonly name: string;
  readonly writers: number;
  readonly seconds: number;
  /** A gateway dies in the middle, with all its processes; otherwise real retention ends the load. */
  readonly kill: boolean;
}

const patience = 300_000;

export async function playLoad(site: ManySite, speaker: Speaker, options: LoadOptions): Promise<Load> {
  const { name, seconds, kill } = options;
  const receiver = await new Receiver().listen();
  const hooks = `/tags/v1/projects/${speaker.project}/webhooks`;
  const made = await asked(speaker, 'POST', hooks, { url: receiver.url });
  const hook = made.json<{ id: string; secret: string }>();
  keepSecret(hook.secret);
  const start = await placeOf(site, hook.id);
  const ports = [speaker.port, ...site.gateways.map(({ port }) => port)];
  const trial = await FeedTrial.begin({
    ...{ readers: 5, writers: options.writers, seed: 1, name: `${name}f`, delayMs: 20 },
    speakerOf: (client) => ({ ...speaker, port: ports[client % ports.length] ?? 0 }),
  });
  const writers = await Writers.begin(speaker, options.writers, name, allDialects);
  await sleep(seconds * 500);
  if (kill) killOne(site);
  await sleep(seconds * 500);
  await Promise.all([writers.stop(), trial.stopWriting()]);
  const stopped = performance.now();
  await site.proxy.untilAllUp(patience);
  const balance = await writers.balance();
  const ids = (): Set<string> => new Set(receiver.seen.map(({ event }) => event.id));
  let [expired, deliveredAfter]: [Load['expired'], number] = [null, 0];
  const verdict = await trial.verdict([], async (project, at) => {
    await until(
      async () => ids().size >= (await changesAfter(site, project, start)),
      'not all was delivered',
      patience,
    );
    deliveredAfter = (performance.now() - stopped) / 1000;
    if (kill) await expireHistory({ database: () => ({ connectionString: site.database }) }, project, at);
    else expired = await retained(site, project, at);
  });
  await asked(speaker, 'DELETE', `${hooks}/${hook.id}`);
  receiver.close();
  return {
    ...{ name, ...balance, events: verdict.events, deliveredAfter, expired },
    feedFaults: verdict.faults.map((fault) => `${fault.kind}: ${fault.story}`),
    ...{ delivered: ids().size, again: receiver.seen.length - ids().size, atOnce: receiver.mostOpen },
    errorLines: site.gateways.flatMap((gateway) => errorsIn(gateway.output())),
  };
}

const errorsIn = (text: string): string[] =>
  text.split('\n').filter((line) => line.includes('"level":"error"'));

async function placeOf({ database }: ManySite, hook: string): Promise<string> {
  const text = `select position::text from webhooks where webhook_id = '${hook}'`;
  return (await ask<{ position: string }>(database, text))[0]?.position ?? '0';
}

/** How many events a webhook has to deliver that began at that place of the feed. */
async function changesAfter({ database }: ManySite, project: string, place: string): Promise<number> {
  const text = `select count(*)::int as count from tag_changes
    where project_id = '${project}' and (position is null or position > ${place})`;
  return (await ask<{ count: number }>(database, text, 30_000))[0]?.count ?? Infinity;
}

function killOne({ gateways }: ManySite): void {
  const gateway = gateways[1];
  if (!gateway) return;
  gateway.expectDeath();
  signal(familyOf(gateway.pid), 'SIGKILL');
  say('a gateway was killed with its workers');
}

/** What is older than the moment becomes two days old, and all gateways start again: a minute later each cleans. */
async function retained(site: ManySite, project: string, at: string): Promise<readonly [number, number]> {
  const of = `from tag_changes where project_id = '${project}'`;
  const count = async (more = ''): Promise<number> =>
    (await ask<{ count: number }>(site.database, `select count(*)::int as count ${of} ${more}`, 30_000))[0]
      ?.count ?? -1;
  await ask(
    site.database,
    `update tag_changes set at = at - interval '2 days' where project_id = '${project}' and at < '${at}'`,
    60_000,
  );
  const old = `and at < now() - interval '1 day'`;
  const [before, young] = [await count(old), await count(`and at >= now() - interval '1 day'`)];
  await site.restart({});
  await until(async () => (await count(old)) === 0, 'retention has left what is old', patience).catch(
    () => undefined,
  );
  const left = await count(old);
  if ((await count()) !== left + young) throw new Error('retention removed what is not old');
  return [before, left];
}
