import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf, type WatchedImage } from '../../test/support/history';
import { FeedTrial, type FeedVerdict } from '../../test/support/feed/trial';
import { TagLoad } from '../../test/support/tag-load';
import type { Fault } from './faults';
import { expireHistory } from './expire';
import { damageOf, keepCountsOf } from './integrity';
import type { Probe, Site } from './site';

/** What came of one fault. */
export interface Round {
  readonly fault: string;
  readonly batching: string;
  readonly operations: number;
  readonly unknown: number;
  readonly refused: number;
  readonly lost: number;
  readonly nonLinearizable: number;
  /** Histories with too many open ends to judge. */
  readonly undecided: number;
  /** Answers outside the contract: another status than the call can have, or a gateway that ended by itself. */
  readonly unexpected: number;
  /** Events of the feed, each read by every reader and held against the history. */
  readonly events: number;
  /** How often readers of the feed left and came again. */
  readonly resumes: number;
  /** Late readers that were refused with 410. */
  readonly expired: number;
  readonly feedFaults: number;
  readonly isDamaged: boolean;
  /** ms from the end of the fault; null: it did not become well */
  readonly recovery: number | null;
  /** ms */
  readonly slowest: number;
  /** For a person. */
  readonly stories: readonly string[];
}

export interface RoundOptions {
  readonly clients: number;
  readonly seed: number;
  readonly name: string;
  readonly batching: string;
}

/** of the feed */
const readers = 4;

/** ms */
const calm = 700;
const longestRecovery = 30_000;

/** One fault in the middle of a load, and what its clients report. */
export async function playRound(
  site: Site,
  probe: Probe,
  fault: Fault,
  options: RoundOptions,
): Promise<{ round: Round; load: TagLoad }> {
  const { clients, seed, name } = options;
  const { speakerOf } = site;
  const of = { seed, speakerOf };
  const feed = await FeedTrial.begin({ ...of, writers: clients, readers, name: `${name}f`, delayMs: 8 });
  const load = await TagLoad.begin({ ...of, clients, name, delayMs: 4 });
  await keepCountsOf(site.database(), speakerOf(0).project);
  const recovery = await suffer(site, probe, fault).finally(() =>
    Promise.all([load.stop(), feed.stopWriting()]),
  );
  await load.readAll();
  const images = load.images.map(({ id }) => id);
  const seen = await feed.verdict(images, (project, at) => expireHistory(site, project, at));
  const damage = await damageOf(site.database());
  const ended = [site.gateway, site.second].flatMap((gateway) => gateway?.unasked.splice(0) ?? []);
  const round = roundOf(load, seen, ended, damage);
  return { round: { ...round, fault: fault.name, batching: options.batching, recovery }, load };
}

function roundOf(
  { images, record }: TagLoad,
  seen: FeedVerdict,
  ended: readonly string[],
  damage: string | null,
): Omit<Round, 'fault' | 'batching' | 'recovery'> {
  const faults = images.map(faultOf).filter((found) => found !== null);
  const count = (of: string): number => faults.filter(({ kind }) => kind === of).length;
  const stories = [
    ...faults.map(({ kind, story }) => `${kind}:\n${story}`),
    ...seen.faults.slice(0, 20).map(({ kind, story }) => `feed, ${kind}: ${story}`),
    ...record.unexpected.map(({ what, status, text }) => `${what} was answered ${String(status)} ${text}`),
    ...ended.map((said) => `the gateway ended by itself:\n${said}`),
    ...(damage === null ? [] : [`damaged: ${damage}`]),
    ...(record.slowest > 10_000 ? [`slowest: ${record.slowestWhat}`] : []),
  ];
  const { operations, unknown, refused, slowest } = record;
  const { events, resumes, expired } = seen;
  return {
    ...{ operations, unknown, refused, slowest, stories, isDamaged: damage !== null },
    ...{ lost: count('lost'), nonLinearizable: count('non-linearizable'), undecided: count('undecided') },
    ...{ unexpected: record.unexpected.length + ended.length },
    ...{ events, resumes, expired, feedFaults: seen.faults.length },
  };
}

async function suffer(site: Site, probe: Probe, fault: Fault): Promise<number | null> {
  await sleep(calm);
  try {
    await fault.begin(site);
    await sleep(fault.holds);
  } finally {
    await fault.end?.(site);
  }
  const recovery = await probe.untilWell(longestRecovery);
  await sleep(calm);
  return recovery;
}

/** Reads once more, at the end of a site's life, what earlier rounds have left. @returns how many were lost since */
export async function lostSince(loads: readonly TagLoad[]): Promise<string[]> {
  for (const load of loads) await load.readAll();
  const images: WatchedImage[] = loads.flatMap((load) => load.images);
  return images.flatMap((image) => faultOf(image)?.story ?? []);
}
