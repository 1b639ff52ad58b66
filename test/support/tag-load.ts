import { setTimeout as sleep } from 'node:timers/promises';
import { openstack, type Speaker } from './dialects';
import { type Question, Record, type WatchedImage } from './history';
import { anyQuestion, aView, lastQuestions } from './questions';
import { Random } from './random';
import { TagSpace } from './tag-space';

/** Two keys are enough to see half a batch, and keep the search small. */
const keysOfImage = 2;

/** How many clients share an image, in turn: races are found where there are many, a lost change where few. */
const crowds = [4, 2, 1, 1];

export interface LoadOptions {
  readonly clients: number;
  readonly seed: number;
  /** Begins the names of everything that is made; another for each load on one project. */
  readonly name: string;
  /** ms between two calls of a client, on average */
  readonly delayMs: number;
  /** The client's; it may become another one while the load runs. */
  readonly speakerOf: (client: number) => Speaker;
}

/** Clients that change and read the tags of a few images through all dialects, and note all that they hear. */
export class TagLoad {
  readonly record = new Record();
  private readonly random: Random;
  private running = true;
  private work: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: LoadOptions,
    readonly images: readonly WatchedImage[],
  ) {
    this.random = new Random(options.seed);
  }

  static async begin(options: LoadOptions): Promise<TagLoad> {
    const images: WatchedImage[] = [];
    const imageOf: WatchedImage[] = [];
    for (let number = 0; imageOf.length < options.clients; number++) {
      const tags = new TagSpace(`${options.name}-${String(number)}`, keysOfImage);
      const texts = [tags.texts[0] ?? ''];
      const id = await openstack(options.speakerOf(0)).create({ name: options.name, tags: texts });
      const image = { id, tags, atFirst: tags.stateOf(texts) ?? 0, calls: [] };
      images.push(image);
      for (let crowd = crowds[number % crowds.length] ?? 1; crowd > 0; crowd--) imageOf.push(image);
    }
    const load = new TagLoad(options, images);
    load.work = Promise.all(imageOf.map((image, client) => load.drive(image, client)));
    return load;
  }

  /** Ends when every call has its answer or was given up. */
  async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  /** Asks for every image's tags until there is an answer; these reads come after all changes. */
  async readAll(): Promise<void> {
    for (const image of this.images) {
      for (const make of lastQuestions) {
        for (let tries = 1; ; tries++) {
          const speaker = this.options.speakerOf(0);
          const question = make({ image, images: this.images, speaker, random: this.random });
          if (await this.record.ask(question, true)) break;
          if (tries > 100)
            throw new Error(`no answer to ${question.what}, only ${JSON.stringify(await question.ask())}`);
          await sleep(100);
        }
      }
    }
  }

  private async drive(image: WatchedImage, client: number): Promise<void> {
    const random = new Random(this.options.seed * 1000 + client);
    let looksNext = false;
    while (this.running) {
      const speaker = this.options.speakerOf(client);
      const parts = { image, images: this.images, speaker, random };
      const question: Question = looksNext ? aView(parts) : anyQuestion(parts);
      // A change that is lost shows only until somebody changes the same tag again.
      looksNext = question.unheard !== null && random.next() < 0.5;
      const isKnown = await this.record.ask(question);
      // A client that hears 503 waits, as Retry-After asks, though not as long.
      await sleep(isKnown ? random.next() * 2 * this.options.delayMs : 100 + random.next() * 200);
    }
  }
}
