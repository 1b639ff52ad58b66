import { loadavg } from 'node:os';
import type { TagLoad } from '../../test/support/tag-load';
import { allFaults, type Fault, type SiteKind } from './faults';
import { type Options, readOptions } from './options';
import { outsideSite } from './outside-site';
import { isWell, table } from './report';
import { lostSince, playRound, type Round } from './round';
import { embeddedSite, Probe, type Site } from './site';
import { SmallDisk } from '../../test/support/small-disk';
import { FakedClock, SmallDiskSite } from './special-sites';

/** The promise: no client waits longer (ms) for any answer. */
const longestAnswer = 10_000;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Everything that runs at the moment. */
interface Place {
  readonly site: Site;
  readonly probe: Probe;
  readonly loads: TagLoad[];
}

class Torture {
  readonly rounds: Round[] = [];
  private readonly places = new Map<SiteKind, Place>();
  private readonly disk = new SmallDiskSite();
  private readonly clock = new FakedClock();
  private readonly faults: readonly Fault[];
  private stopping = false;

  constructor(private readonly options: Options) {
    const wanted = allFaults(this.disk, this.clock).filter(({ name }) => options.faults.includes(name));
    this.faults = wanted.filter((fault) => {
      const reason = this.reasonAgainst(fault);
      if (reason !== null) say(`${fault.name} is left out: ${reason}.`);
      return reason === null;
    });
  }

  async run(): Promise<void> {
    const until = performance.now() + this.options.minutes * 60_000;
    if (this.faults.length === 0) throw new Error('No fault is left that could be played here.');
    const { batching } = this.options;
    const modes = batching === 'both' ? (['on', 'off'] as const) : [batching];
    for (let lap = 0; lap === 0 || (performance.now() < until && !this.stopping); lap++) {
      await this.lap(modes[lap % modes.length] ?? 'on', until, lap === 0);
      await this.close();
    }
  }

  /** Ends what was started; also for signals. */
  async close(): Promise<void> {
    const places = [...this.places.values()];
    this.places.clear();
    for (const { site } of places) await site.stop();
  }

  /** After the round that is being played. */
  stop(): void {
    this.stopping = true;
  }

  private reasonAgainst({ name, site }: Fault): string | null {
    if (name === 'worker' && this.options.workers < 2) return 'it needs --workers 2';
    if (site === 'small-disk') return SmallDisk.reasonAgainst();
    return site === 'faked-clock' ? FakedClock.reasonAgainst() : null;
  }

  private async lap(batching: 'on' | 'off', until: number, isFirst: boolean): Promise<void> {
    for (const fault of this.faults) {
      // Once each in any case.
      if (this.stopping || (performance.now() > until && !isFirst)) break;
      const { site, probe, loads } = await this.place(fault.site, batching);
      const number = this.rounds.length + 1;
      const { clients, seed } = this.options;
      const of = { clients, seed: seed * 10_000 + number, name: `r${String(number)}`, batching };
      const { round, load } = await playRound(site, probe, fault, of);
      loads.push(load);
      this.report(round);
    }
    await this.lookBack(batching);
  }

  /** What earlier rounds left must have outlived the later ones. */
  private async lookBack(batching: string): Promise<void> {
    for (const { loads } of this.places.values()) {
      const stories = await lostSince(loads);
      if (stories.length === 0) continue;
      const zero = { operations: 0, unknown: 0, refused: 0, nonLinearizable: 0, undecided: 0, unexpected: 0 };
      const unread = { events: 0, resumes: 0, expired: 0, feedFaults: 0 };
      const lost = { fault: 'later faults', batching, lost: stories.length, stories };
      this.report({ ...zero, ...unread, ...lost, isDamaged: false, recovery: 0, slowest: 0 });
    }
  }

  private async place(kind: SiteKind, batching: 'on' | 'off'): Promise<Place> {
    const before = this.places.get(kind);
    if (before) return before;
    const settings = { batching, workers: this.options.workers };
    const site = await {
      embedded: () => embeddedSite(settings),
      outside: () => outsideSite(settings, this.options.database),
      'small-disk': () => this.disk.site(settings),
      'faked-clock': () => this.clock.site(settings),
    }[kind]();
    const place: Place = { site, probe: await Probe.on(site), loads: [] };
    this.places.set(kind, place);
    return place;
  }

  private report(round: Round): void {
    this.rounds.push(round);
    const { fault, batching, operations, unknown, recovery, slowest, stories } = round;
    const seconds = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1000).toFixed(2)} s`);
    say(
      `${isWell(round, this.limits()) ? 'well  ' : 'FAULTY'}  ${fault}, batching ${batching}: ` +
        `${String(operations)} operations, ${String(unknown)} unknown, ${String(round.events)} events in the feed, well again after ${seconds(recovery)}, ` +
        `slowest answer ${seconds(slowest)} (load ${(loadavg()[0] ?? 0).toFixed(1)})`,
    );
    for (const story of stories.slice(0, 5)) say(story);
  }

  limits(): { recovery: number; answer: number } {
    return { recovery: this.options.recovery * 1000, answer: longestAnswer };
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  // A gateway that is waited for does not keep this process alive, and each that is started listens for its end.
  const alive = setInterval(() => undefined, 60_000);
  process.setMaxListeners(0);
  const torture = new Torture(options);
  process.once('SIGINT', () => {
    say('after this round');
    torture.stop();
  });
  let isWhole = true;
  try {
    await torture.run();
  } catch (error) {
    // Reports what was played until then all the same.
    isWhole = false;
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await torture.close();
    clearInterval(alive);
  }
  const { rounds } = torture;
  const faulty = rounds.filter((round) => !isWell(round, torture.limits())).length;
  if (options.json) process.stdout.write(`${JSON.stringify({ options, faulty, rounds })}\n`);
  else
    process.stdout.write(
      `${table(rounds)}\n${String(faulty)} of ${String(rounds.length)} rounds were faulty\n`,
    );
  return isWhole && faulty === 0 ? 0 : 1;
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
