import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BundleMaps } from '../../src/launch/source-maps';

/*
 * Where a gateway's time goes, as a table: `npx tsx scripts/bench/profile.ts some.cpuprofile`. Profiles are made by
 * BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profiles' npm run bench -- …
 */
interface ProfileNode {
  readonly id: number;
  /** Lines and columns count from 0. */
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a frame belongs to; native code belongs to its caller. */
const areas: readonly (readonly [area: string, urls: RegExp])[] = [
  ['writing to sockets (system calls)', /stream_base_commons/],
  ['node: HTTP', /^node:_http|^node:internal\/http/],
  ['node: streams, events, timers, the rest', /^node:/],
  ['Express and its router', /node_modules\/(express|router|path-to-regexp|parseurl|finalhandler)\//],
  ['pg', /node_modules\/pg/],
  ['winston', /node_modules\/(winston|logform|readable-stream|triple-beam)/],
  ['prom-client', /node_modules\/prom-client/],
  ['other packages', /node_modules/],
  ['storage', /\/src\/storage\//],
  ['identity', /\/src\/identity\//],
  ['core', /\/src\/core\//],
  ['http, log', /\/src\/(http\/|log|line-writer|gateway)/],
  ['dialects', /\/src\/dialects\//],
];

const own: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'the engine itself'],
]);

const maps = new BundleMaps(join(__dirname, '../../dist/bundle'));

/** Of the source where it is bundled. */
function urlOf({ url, lineNumber, columnNumber }: ProfileNode['callFrame']): string {
  if (!url.includes('/dist/bundle/')) return url;
  const found = maps.sourceOf(basename(url), lineNumber + 1, columnNumber + 1);
  return found ? `/${found.source}` : url;
}

function areaOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): string {
  const { functionName } = node.callFrame;
  const url = urlOf(node.callFrame);
  const named = own.get(functionName) ?? areas.find(([, urls]) => urls.test(url))?.[0];
  if (named !== undefined) return named;
  const parent = parents.get(node.id);
  return parent ? areaOf(parent, parents) : 'the engine itself';
}

function isLoading(node: ProfileNode | undefined, parents: ReadonlyMap<number, ProfileNode>): boolean {
  if (!node) return false;
  return node.callFrame.functionName === 'Module.load' || isLoading(parents.get(node.id), parents);
}

function sharesOf({ nodes, samples, timeDeltas }: Profile): [area: string, share: number][] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === '(idle)' || isLoading(node, parents)) return;
    const area = areaOf(node, parents);
    times.set(area, (times.get(area) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].map(([area, time]): [string, number] => [area, time / total]).sort((a, b) => b[1] - a[1]);
}

const profile = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Profile;
for (const [area, share] of sharesOf(profile)) {
  process.stdout.write(`| ${area.padEnd(40)} | ${(100 * share).toFixed(1).padStart(4)} % |\n`);
}
