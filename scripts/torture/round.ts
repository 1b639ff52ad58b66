import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf, type WatchedImage } from '../../test/support/history';
import { TagLoad } from '../../test/support/tag-load';
import type { Fault } from './faults';
import { damageOf } from './integrity';
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
  const load = await TagLoad.begin({ clients, seed, name, delayMs: 4, speakerOf: site.speakerOf });
  const recovery = await suffer(site, probe, fault).finally(() => load.stop());
  await load.readAll();
  const { record } = load;
  const damage = await damageOf(site.database());
  const faults = load.images.map(faultOf).filter((found) => found !== null);
  const of = (kind: string): number => faults.filter((found) => found.kind === kind).length;
  const ended = site.gateway.unasked.splice(0);
  const stories = [
    ...faults.map(({ kind, story }) => `${kind}:\n${story}`),
    ...record.unexpected.map(({ what, status, text }) => `${what} was answered ${String(status)} ${text}`),
    ...ended.map((said) => `the gateway ended by itself:\n${said}`),
    ...(damage === null ? [] : [`damaged: ${damage}`]),
    ...(record.slowest > 10_000 ? [`slowest: ${record.slowestWhat}`] : []),
  ];
  const round: Round = {
    ...{ fault: fault.name, batching: options.batching, recovery, stories, isDamaged: damage !== null },
    ...{ operations: record.operations, unknown: record.unknown, refused: record.refused },
    ...{ lost: of('lost'), nonLinearizable: of('non-linearizable'), undecided: of('undecided') },
    ...{ unexpected: record.unexpected.length + ended.length, slowest: record.slowest },
  };
  return { round, load };
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
