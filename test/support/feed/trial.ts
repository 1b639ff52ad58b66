import { setTimeout as sleep } from 'node:timers/promises';
import type { Speaker } from '../dialects';
import { Random } from '../random';
import { type Answer, send } from '../wire';
import { faultsBetween, faultsOfReader, faultsOfTraces, type FeedFault, type ImageFacts } from './check';
import { changesPath, FeedReader, type Page, type Tamper } from './reader';
import { nameOf, type SeenChange, seenEvent, type SeenEvent } from './seen';
import { UniqueWriters, type WriterOptions } from './writers';

export interface TrialOptions extends WriterOptions {
  readonly readers: number;
  /** Breaks the feed of each reader; absent: as it is. */
  readonly tamper?: () => Tamper;
}

export interface FeedVerdict {
  /** Events that each reader has read. */
  readonly events: number;
  /** How often readers have left and come again. */
  readonly resumes: number;
  /** Late tokens that were refused with 410. */
  readonly expired: number;
  readonly faults: readonly FeedFault[];
}

/** Writers, and readers of the project's feed, which is held against history and tags at the end. */
export class FeedTrial {
  private constructor(
    private readonly options: TrialOptions,
    private readonly readers: readonly FeedReader[],
    private readonly writers: UniqueWriters,
  ) {}

  static async begin(options: TrialOptions): Promise<FeedTrial> {
    const { readers, seed, speakerOf, tamper } = options;
    const speaker = speakerOf(0);
    const start = (await asked<Page>(speaker, changesPath(speaker.project))).next;
    const random = new Random(seed);
    const following = Array.from({ length: readers }, (_, reader) => {
      const own = new Random(seed * 1000 + reader);
      return new FeedReader(start, () => speakerOf(random.below(1_000)), own, tamper?.());
    });
    return new FeedTrial(options, following, await UniqueWriters.begin(options));
  }

  stopWriting(): Promise<void> {
    return this.writers.stop();
  }

  /**
   * When all is well again.
   * @param others images that other writers have made since the trial began, and change no more
   * @param expire removes what is older than the moment from the project's history, as retention does
   */
  async verdict(
    others: readonly string[],
    expire: (project: string, at: string) => Promise<void>,
  ): Promise<FeedVerdict> {
    const speaker = this.options.speakerOf(0);
    const images: ImageFacts[] = [];
    for (const id of [...this.writers.images, ...others]) images.push(await factsOf(speaker, id));
    const [first, ...more] = await this.readToTheEnd(speaker);
    const reader = first ?? [];
    await expire(speaker.project, await middleOf(speaker, reader));
    // Gateways look for removals four times a second; until then what they have cached is read on, without a gap.
    await sleep(1_000);
    const late = await this.lateReaders(speaker);
    const faults = [
      ...[reader, ...more].flatMap((events) => faultsOfReader(events, images)),
      ...more.flatMap((events) => faultsBetween(reader, events)),
      ...faultsOfTraces(reader, this.writers.traces),
      ...this.readers.flatMap(({ log }) =>
        log.faults.map((story): FeedFault => ({ kind: 'resumed', story })),
      ),
      ...late.faults,
    ];
    const resumes = this.readers.reduce((sum, { log }) => sum + log.resumes, 0);
    return { events: reader.length, resumes, expired: late.expired, faults };
  }

  /** A reader without any interruption says how many events there are. */
  private async readToTheEnd(speaker: Speaker): Promise<(readonly SeenEvent[])[]> {
    const [start] = this.readers[0]?.log.tokens ?? [];
    const whole = await readFrom(speaker, start?.token ?? '');
    await Promise.all(this.readers.map((reader) => reader.finish(whole.length)));
    return [whole, ...this.readers.map(({ log }) => log.events)];
  }

  /** From any token comes all that followed it, or 410. */
  private async lateReaders(speaker: Speaker): Promise<{ expired: number; faults: FeedFault[] }> {
    const [log] = this.readers.map((reader) => reader.log);
    const tokens = log?.tokens ?? [];
    const some = tokens.filter((_, at) => at === 0 || at % Math.ceil(tokens.length / 12) === 0);
    const faults: FeedFault[] = [];
    let expired = 0;
    for (const { index, token } of some) {
      const page = await pageBehind(speaker, token);
      const [wanted, found] = [log?.events[index], page?.events[0]];
      if (page === null) expired++;
      else if (wanted && wanted.id !== found?.id) {
        faults.push({
          kind: 'late',
          story: `${nameOf(wanted)} is passed over by ${found ? nameOf(found) : 'the end'}`,
        });
      }
    }
    if (expired === 0)
      faults.push({ kind: 'late', story: 'the oldest token is still taken after its events were removed' });
    return { expired, faults };
  }
}

async function readFrom(speaker: Speaker, start: string): Promise<SeenEvent[]> {
  const events: SeenEvent[] = [];
  for (let token = start, empty = 0; empty < 2;) {
    const page = await pageBehind(speaker, token);
    if (!page) throw new Error('the feed expired in the middle of a round');
    events.push(...page.events);
    token = page.next;
    empty = page.events.length === 0 ? empty + 1 : 0;
  }
  return events;
}

/** @returns null: 410 */
async function pageBehind(
  speaker: Speaker,
  token: string,
): Promise<{ events: SeenEvent[]; next: string } | null> {
  const answer = await answered(speaker, `${changesPath(speaker.project)}?after=${token}&limit=500&wait=1`);
  if (answer.status === 410) return null;
  if (answer.status !== 200) throw new Error(`the feed answered ${String(answer.status)} ${answer.text}`);
  const { items, next } = answer.json<Page>();
  return { events: items.map(seenEvent), next };
}

async function factsOf(speaker: Speaker, id: string): Promise<ImageFacts> {
  const path = `/tags/v1/projects/${speaker.project}/images/${id}/tags`;
  const history: SeenChange[] = [];
  for (let before = ''; ;) {
    const page = await asked<{ items: SeenChange[]; next: string | null }>(
      speaker,
      `${path}/history?limit=200${before}`,
    );
    history.unshift(...page.items.reverse());
    if (page.next === null) break;
    before = `&before=${page.next}`;
  }
  const { tags } = await asked<{ tags: { name: string }[] }>(speaker, path);
  return { id, history, tags: tags.map(({ name }) => name) };
}

/** The latest moment of some events of the first half: a clock may have gone back. */
async function middleOf(speaker: Speaker, events: readonly SeenEvent[]): Promise<string> {
  const moments: string[] = [];
  for (const part of [0, 1 / 8, 1 / 4, 1 / 2]) {
    const event = events[Math.floor(events.length * part)];
    if (!event) continue;
    const path = `/tags/v1/projects/${speaker.project}/images/${event.image}/tags/history`;
    const query = `?limit=1&before=${String(event.revision + 1)}`;
    const page = await asked<{ items: { at: string }[] }>(speaker, `${path}${query}`);
    moments.push(...page.items.map(({ at }) => at));
  }
  return moments.sort().at(-1) ?? '';
}

async function asked<Body>(speaker: Speaker, path: string): Promise<Body> {
  const answer = await answered(speaker, path);
  if (answer.status !== 200) throw new Error(`${path}: ${String(answer.status)} ${answer.text}`);
  return answer.json<Body>();
}

/** Asks until there is an answer. */
async function answered({ port, ...who }: Speaker, path: string): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await send(port, 'GET', path, { ...who }).catch(() => null);
    if (answer && answer.status !== 503) return answer;
    if (tries > 100) throw new Error(`no answer to ${path}: ${answer?.text ?? 'lost'}`);
    await sleep(100);
  }
}
