import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { constantSubject } from './constant-subject';
import { fill, runAll } from './fill';
import { type BenchGateway, startGateway } from './gateway';
import { glanceSubject } from './glance-subject';
import { type Options, readOptions } from './options';
import { type Case, table } from './report';
import { type Site, siteOf } from './site';
import { gatewaySubject, type Measurement, pgbenchSubject, type Subject } from './subjects';
import { findPgbench, findWrk } from './tools';
import type { Workload } from './workload';
import { workloads } from './workloads';

/** Everything that is measured, and how to take it away again. */
interface Field {
  readonly subjects: readonly Subject[];
  readonly places: readonly { gateway: BenchGateway; site: Site }[];
  stop(): Promise<void>;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function filledGateway(main: string, site: Site): Promise<BenchGateway> {
  if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build" first`);
  const gateway = await startGateway(main);
  say(`filling in ${String(site.images)} images with ${String(site.tags)} tags each …`);
  await fill(gateway.connection, site);
  return gateway;
}

async function setUp(options: Options): Promise<Field> {
  const wanted = (name: string): boolean => options.subjects.includes(name);
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.reverse()) await step();
  };
  try {
    const site = siteOf(options.images, options.tags);
    const gateway = await filledGateway(resolve(options.main), site);
    stops.push(() => gateway.stop());
    const places = [{ gateway, site }];
    const subjects: Subject[] = [];
    const pgbench = findPgbench();
    if (pgbench === null) say('No pgbench, so no ratios: apt install postgresql-15 (or any other version).');
    else if (wanted('pgbench')) subjects.push(pgbenchSubject(pgbench, gateway, site));
    if (wanted('token')) subjects.push(gatewaySubject('token', gateway, site));
    if (wanted('against') && isAgainst(options)) {
      const { against = options.main, againstImages = options.images, againstTags = options.tags } = options;
      const other = { site: siteOf(againstImages, againstTags), main: resolve(against) };
      const second = await filledGateway(other.main, other.site);
      stops.push(() => second.stop());
      places.push({ gateway: second, site: other.site });
      subjects.push(gatewaySubject('against', second, other.site));
    }
    if (wanted('signed')) subjects.push(gatewaySubject('signed', gateway, site, true));
    if (wanted('constant')) {
      const constant = await constantSubject(gateway, site);
      stops.push(constant.stop);
      subjects.push(constant.subject);
    }
    if (wanted('glance') && options.glance !== undefined) {
      const glance = await glanceSubject(options.glance, options.glanceToken ?? '');
      stops.push(() => glance.stop());
      subjects.push(glance.subject);
    }
    return { subjects, places, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isAgainst({ against, againstImages, againstTags }: Options): boolean {
  return (against ?? againstImages ?? againstTags) !== undefined;
}

async function measure(
  workload: Workload,
  connections: number,
  options: Options,
  field: Field,
): Promise<Case> {
  const subjects = field.subjects.filter((subject) => subject.takes(workload));
  const runs = new Map<string, Measurement[]>(subjects.map(({ name }) => [name, []]));
  const loads: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    loads.push(loadavg()[0] ?? 0);
    // Each begins once, so that none always runs on what another has left behind.
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length];
      if (subject) runs.get(subject.name)?.push(await subject.run(workload, connections, options.seconds));
    }
  }
  return { workload: workload.name, connections, loads, runs };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  findWrk();
  const field = await setUp(options);
  // What was started must not outlive this process, nor its folders.
  process.once('SIGINT', () => {
    void field.stop().then(() => process.exit(130));
  });
  const cases: Case[] = [];
  try {
    say(`${String(cpus().length)} cores, ${cpus()[0]?.model ?? ''}, Node ${process.version}`);
    for (const workload of workloads.filter(({ name }) => options.workloads.includes(name))) {
      try {
        for (const connections of options.connections) {
          const measured = await measure(workload, connections, options, field);
          cases.push(measured);
          if (!options.json) process.stdout.write(table(measured));
        }
      } catch (error) {
        say(`${workload.name} is left out: ${(error as Error).message}`);
        process.exitCode = 1;
      }
      for (const { gateway, site } of field.places)
        await runAll(gateway.connection, workload.clean?.(site) ?? []);
    }
  } finally {
    await field.stop();
  }
  if (!options.json) return;
  const plain = cases.map((one) => ({ ...one, runs: Object.fromEntries(one.runs) }));
  process.stdout.write(
    `${JSON.stringify({ options, cores: cpus().length, node: process.version, cases: plain })}\n`,
  );
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
