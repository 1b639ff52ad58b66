import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openstack, type Speaker } from '../../test/support/dialects';
import { send } from '../../test/support/wire';
import type { CitusCluster } from './citus-cluster';
import { startCitus } from './citus-site';
import { sum } from './patroni-round';
import { say } from './report';
import { allDialects, type Balance, Writers } from './writers';

export interface Move extends Balance {
  readonly images: number;
  readonly tags: number;
  /** s; of the command */
  readonly took: number;
  readonly ended: number | null;
  /** s; the longest time without an acknowledged write, without an answer to a read, and to a log-in */
  readonly noWrite: number;
  readonly noRead: number;
  readonly noList: number;
  /** Reads that were answered otherwise than 200 or 503. */
  readonly readErrors: number;
}

const tagsOfImage = 5;
const projects = 1_000;

/** By SQL: through the gateway it would take hours. */
async function fill(cluster: CitusCluster, images: number): Promise<void> {
  const client = new Client({ connectionString: cluster.url });
  await client.connect();
  const at = `timestamptz '2026-01-01Z' + n * interval '1 second'`;
  const from = `'p' || (n % ${String(projects)}), 'i' || n`;
  const range = `generate_series(1, ${String(images)}) n`;
  try {
    await client.query(`insert into images (project_id, id, name, visibility, status, min_disk, min_ram, protected,
        os_hidden, properties, created_at, updated_at, tag_revision)
      select ${from}, 'n', 'private', 'queued', 0, 0, false, false, '[]', ${at}, ${at}, 5 from ${range}`);
    await client.query('insert into image_owners (id, project_id) select id, project_id from images');
    await client.query(`insert into image_tags (project_id, image_id, name, key, value, image_created_at)
      select ${from}, 'k' || k || '=v' || (n % 100), 'k' || k, 'v' || (n % 100), ${at}
      from ${range}, generate_series(1, ${String(tagsOfImage)}) k`);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Asks again and again, and notes how long there was no answer of 200. */
class Reads {
  private longest = 0;
  private last = performance.now();
  errors = 0;
  private running = true;
  private readonly work: Promise<void>;

  constructor({ port, token = '', timeoutMs = 0 }: Speaker, path: string) {
    this.work = this.drive(port, path, { token, timeoutMs });
  }

  /** @returns s */
  async stop(): Promise<number> {
    this.running = false;
    await this.work;
    return this.longest / 1000;
  }

  private async drive(port: number, path: string, sent: { token: string; timeoutMs: number }): Promise<void> {
    while (this.running) {
      const status = await send(port, 'GET', path, sent).then(
        (answer) => answer.status,
        () => 503,
      );
      if (status === 200) {
        this.longest = Math.max(this.longest, performance.now() - this.last);
        this.last = performance.now();
      } else if (status !== 503) this.errors++;
      await sleep(20);
    }
  }
}

async function distribute(cluster: CitusCluster): Promise<{ took: number; ended: number | null }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/cli.js'), 'migrate', '--citus'], {
    env: { ...process.env, DATABASE_URL: cluster.url },
    stdio: ['ignore', 2, 2],
  });
  const [ended] = (await once(child, 'close')) as [number | null];
  return { took: (performance.now() - begun) / 1000, ended };
}

/** A filled database is distributed under a gateway that is read and written. */
export async function playMove(folder: string, images: number): Promise<Move> {
  say(`filling ${String(images)} images`);
  const site = await startCitus(folder, false, (cluster) => fill(cluster, images));
  try {
    const speaker = site.speakers.worker1;
    const writers = [
      await Writers.begin(speaker, 3, 'move-1', allDialects),
      await Writers.begin(site.speakers.worker2, 3, 'move-2', allDialects),
    ];
    const id = await openstack(speaker).create({ name: 'read' });
    const reads = new Reads(speaker, `/v2/images/${id}`);
    const lists = new Reads(speaker, '/v2/images?limit=25');
    await sleep(3_000);
    for (const each of writers) each.watch();
    const done = await distribute(site.cluster);
    await sleep(5_000);
    const noWrite = Math.max(...writers.map((each) => each.longestGap())) / 1000;
    const [noRead, noList] = [await reads.stop(), await lists.stop()];
    await Promise.all(writers.map((each) => each.stop()));
    const balance = sum(await Promise.all(writers.map((each) => each.balance())));
    const readErrors = reads.errors + lists.errors;
    return { images, tags: images * tagsOfImage, ...done, noWrite, noRead, noList, readErrors, ...balance };
  } finally {
    await site.stop();
  }
}
