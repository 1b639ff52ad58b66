import { chmodSync } from 'node:fs';
import { Command } from 'commander';
import { removeFolder, temporaryFolder } from '../../../test/support/gateway-process';
import { alignedTable, say } from '../../ha/report';
import { wholeNumber } from '../../whole-number';
import { type Build, type BuildOptions, buildsOf, withBuildOptions } from '../builds';
import { median } from '../report';
import { ThrowAwayGateway } from './gateway';

interface Options extends BuildOptions {
  readonly rounds: number;
  readonly images: number;
  readonly few: number;
  readonly tags: number;
}

function readOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench:reset --')
    .description(
      'Times what test suites do between tests, on throw-away gateways of this build and of an earlier\n' +
        'one, which knows resets of everything alone: medians in ms, by turns.',
    )
    .option('--rounds <number>', 'how often each is done', wholeNumber, 20)
    .option('--images <number>', 'of a large project', wholeNumber, 1_000)
    .option('--few <number>', 'images of a small project', wholeNumber, 10)
    .option('--tags <number>', 'of each image', wholeNumber, 5);
  return withBuildOptions(command).parse(args, { from: 'user' }).opts<Options>();
}

/** ms, a round each, by what is timed. */
type Times = Map<string, number[]>;

class Round {
  constructor(
    private readonly gateway: ThrowAwayGateway,
    private readonly build: Build,
    private readonly times: Times,
    private readonly isCounted: boolean,
  ) {}

  async play({ images, few, tags }: Options): Promise<void> {
    for (const count of [few, images]) {
      await this.gateway.addImages(count, tags);
      await this.time(`reset of everything, ${String(count)} images`, 'POST', '/reset');
      // The earlier build has no other.
      if (this.build.name !== 'this') continue;
      await this.playProject(await this.gateway.addImages(count, tags));
    }
  }

  private async playProject(ids: readonly string[]): Promise<void> {
    const path = `/projects/${this.gateway.project}`;
    const images = `${String(ids.length)} images`;
    const { id } = (await this.time(`snapshot of a project, ${images}`, 'POST', `${path}/snapshots`)) as {
      id: string;
    };
    const snapshot = `${path}/snapshots/${id}`;
    const restore = (when: string): Promise<unknown> =>
      this.time(`restore of a project, ${when}, ${images}`, 'POST', `${snapshot}/restore`);
    await restore('nothing changed');
    await this.gateway.addTag(ids, 'more');
    await restore('a tag more on each image');
    await this.time(`reset of a project, ${images}`, 'POST', `${path}/reset`);
    await restore('after its reset');
    await this.gateway.admin('POST', `${path}/reset`);
    await this.gateway.admin('DELETE', snapshot);
  }

  private async time(what: string, method: string, path: string): Promise<unknown> {
    const begun = performance.now();
    const answer = await this.gateway.admin(method, path);
    const name = `${what} (${this.build.name})`;
    const all = this.times.get(name) ?? [];
    if (this.isCounted) this.times.set(name, [...all, performance.now() - begun]);
    return answer;
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const folder = temporaryFolder('tagway-bench-reset');
  // For root, Postgres runs under another account.
  chmodSync(folder, 0o755);
  const gateways = new Map<Build, ThrowAwayGateway>();
  try {
    for (const build of buildsOf(options, folder)) gateways.set(build, await ThrowAwayGateway.start(build));
    const times: Times = new Map();
    for (let round = 0; round <= options.rounds; round++) {
      // The first round only warms up.
      for (const [build, gateway] of gateways)
        await new Round(gateway, build, times, round > 0).play(options);
      say(`round ${String(round)} of ${String(options.rounds)} done`);
    }
    process.stdout.write(`${table(times)}\n`);
  } finally {
    for (const gateway of gateways.values()) await gateway.stop();
    removeFolder(folder);
  }
}

function table(times: Times): string {
  const rows = [...times].map(([name, found]) => [
    name,
    median(found).toFixed(0),
    `${Math.min(...found).toFixed(0)}–${Math.max(...found).toFixed(0)}`,
  ]);
  return alignedTable([['what (build)', 'ms', 'min–max'], ...rows]);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
