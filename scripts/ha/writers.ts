import { setTimeout as sleep } from 'node:timers/promises';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../../test/support/dialects';
import { type Answer, send } from '../../test/support/wire';
import { say } from './report';

/** Every write is a tag of its own, so that each can be looked for afterwards. */
interface Write {
  readonly image: string;
  readonly tag: string;
  readonly isAcknowledged: boolean;
  /** 0: there was no answer */
  readonly status: number;
}

export interface Balance {
  readonly acknowledged: number;
  /** Writes that got another answer than 200 or 204, or none. */
  readonly unknown: number;
  /** Of those, how many were made all the same. */
  readonly unknownMade: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** Of the unknown ones, those with an answer that says neither that it was done nor 503. */
  readonly errors: number;
}

/** One way to put a tag. */
interface Verb {
  /** Tags that its dialect lets an image have. */
  readonly perImage: number;
  /** How clients see the tag afterwards. */
  readonly shown: (tag: string) => string;
  readonly put: (speaker: Speaker, image: string, tag: string) => Promise<Answer>;
}

export const openstackOnly: readonly Verb[] = [
  {
    perImage: Number.POSITIVE_INFINITY,
    shown: (tag) => tag,
    put: (speaker, image, tag) => openstack(speaker).put(image, tag),
  },
];

export const allDialects: readonly Verb[] = [
  ...openstackOnly,
  {
    perImage: 10,
    shown: (tag) => `${tag}=1`,
    put: (speaker, image, key) => huaweiImages(speaker).add(image, { key, value: '1' }),
  },
  {
    perImage: 10,
    shown: (tag) => `${tag}=1`,
    put: (speaker, image, key) => huaweiCloudimages(speaker).setPair(image, { key, value: '1' }),
  },
];

/** ms between two writes of one writer, on average */
const delayMs = 4;

/** Clients that write tags through a gateway, one after another, and remember the answers. */
export class Writers {
  private readonly writes: Write[] = [];
  private running = true;
  private work: Promise<unknown> = Promise.resolve();
  /** When the last acknowledged writes had begun. */
  private since: number | null = null;
  private firstAgain: number | null = null;
  private acknowledgedAt = 0;
  private gap = 0;

  private constructor(
    private readonly speaker: Speaker,
    private readonly name: string,
  ) {}

  /** @param name begins the tags @param verbs given to the writers in turn */
  static async begin(
    speaker: Speaker,
    count: number,
    name: string,
    verbs: readonly Verb[] = openstackOnly,
  ): Promise<Writers> {
    const writers = new Writers(speaker, name);
    const images = await Promise.all(
      Array.from({ length: count }, () => openstack(speaker).create({ name })),
    );
    const works = images.map((image, n) => {
      const verb = verbs[n % verbs.length];
      return verb ? writers.drive(verb, image) : Promise.resolve();
    });
    writers.work = Promise.all(works);
    return writers;
  }

  /** From now on it is watched when the first write succeeds that had begun afterwards. */
  watch(): void {
    this.expect();
    this.acknowledgedAt = performance.now();
    this.gap = 0;
  }

  /** ms; the longest time since `watch` in which no write was acknowledged, one that goes on included */
  longestGap(): number {
    return Math.max(this.gap, performance.now() - this.acknowledgedAt);
  }

  /** `untilWriting` is about writes from now on; the longest gap stays. */
  expect(): void {
    this.since = performance.now();
    this.firstAgain = null;
  }

  /** ms from `watch` until that write was acknowledged; null: not within `most` ms */
  async untilWriting(most: number): Promise<number | null> {
    const since = this.since ?? performance.now();
    while (this.first() === null) {
      if (performance.now() - since > most) return null;
      await sleep(10);
    }
    return (this.first() ?? since) - since;
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  /** The stored state, against the answers. */
  async balance(): Promise<Balance> {
    const there = new Map<string, Set<string>>();
    for (const image of new Set(this.writes.map((write) => write.image)))
      there.set(image, await this.tagsOf(image));
    const isThere = ({ image, tag }: Write): boolean => there.get(image)?.has(tag) === true;
    const acknowledged = this.writes.filter((write) => write.isAcknowledged);
    const unknown = this.writes.filter((write) => !write.isAcknowledged);
    return {
      acknowledged: acknowledged.length,
      unknown: unknown.length,
      unknownMade: unknown.filter(isThere).length,
      lost: acknowledged.filter((write) => !isThere(write)).length,
      errors: unknown.filter(({ status }) => status !== 0 && status !== 503).length,
    };
  }

  /** Asked again until there is an answer; an image that is not there has none. */
  private async tagsOf(image: string): Promise<Set<string>> {
    const { port, ...who } = this.speaker;
    for (let tries = 1; ; tries++) {
      const answer = await send(port, 'GET', `/v2/images/${image}`, who).catch(() => null);
      if (answer?.status === 404) return new Set();
      if (answer?.status === 200) return new Set(answer.json<{ tags: string[] }>().tags);
      if (tries > 100) throw new Error(`no answer about an image, only ${answer?.text ?? 'none'}`);
      say(`asked again, since the answer was ${answer?.text ?? 'none'}`);
      await sleep(100);
    }
  }

  /** It changes during an await, which the compiler does not see of the field itself. */
  private first(): number | null {
    return this.firstAgain;
  }

  private async drive(verb: Verb, first: string): Promise<void> {
    let image = first;
    for (let n = 0, put = 0; this.running; n++) {
      if (put === verb.perImage) {
        const next = await this.anotherImage();
        put = next === null ? put : 0;
        image = next ?? image;
        continue;
      }
      put++;
      const tag = `${this.name}-${String(n)}`;
      const begun = performance.now();
      const status = await verb.put(this.speaker, image, tag).then(
        (answer) => answer.status,
        () => 0,
      );
      const isAcknowledged = status === 204 || status === 200;
      this.writes.push({ image, tag: verb.shown(tag), isAcknowledged, status });
      if (isAcknowledged) this.heard(begun);
      await sleep(isAcknowledged ? Math.random() * 2 * delayMs : 50);
    }
  }

  private heard(begun: number): void {
    const now = performance.now();
    this.gap = Math.max(this.gap, now - this.acknowledgedAt);
    this.acknowledgedAt = now;
    if (this.since !== null && begun >= this.since) this.firstAgain ??= now;
  }

  /** @returns its id; null: not now */
  private async anotherImage(): Promise<string | null> {
    return openstack(this.speaker)
      .create({ name: this.name })
      .catch(async () => {
        await sleep(50);
        return null;
      });
  }
}
