import { setTimeout as sleep } from 'node:timers/promises';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../dialects';
import { Random } from '../random';
import { type Answer, send } from '../wire';

/** A text that is put once and removed once, and what was heard of both. */
export interface Trace {
  readonly text: string;
  readonly what: string;
  readonly put: Heard;
  readonly removed: Heard | 'not tried';
}

type Heard = 'done' | 'unknown' | number;

interface Manner {
  readonly name: string;
  put(speaker: Speaker, image: string, text: string): Promise<Answer>;
  remove(speaker: Speaker, image: string, text: string): Promise<Answer>;
}

const patch = ({ port, project, ...who }: Speaker, image: string, body: object): Promise<Answer> =>
  send(port, 'PATCH', `/tags/v1/projects/${project}/images/${image}/tags`, { ...who, body });

const pair = (key: string): { key: string; value: string } => ({ key, value: '' });

const manners: readonly Manner[] = [
  {
    name: 'openstack',
    put: (speaker, image, text) => openstack(speaker).put(image, text),
    remove: (speaker, image, text) => openstack(speaker).remove(image, text),
  },
  {
    name: 'huawei v2',
    put: (speaker, image, text) => huaweiImages(speaker).add(image, pair(text)),
    remove: (speaker, image, text) => huaweiImages(speaker).remove(image, text),
  },
  {
    name: 'huawei v2 action',
    put: (speaker, image, text) => huaweiImages(speaker).batch(image, 'create', [pair(text)]),
    remove: (speaker, image, text) => huaweiImages(speaker).batch(image, 'delete', [{ key: text }]),
  },
  {
    name: 'huawei v1',
    put: (speaker, image, text) => huaweiCloudimages(speaker).setPair(image, pair(text)),
    remove: (speaker, image, text) => huaweiCloudimages(speaker).batchDelete(image, [{ key: text }]),
  },
  {
    name: 'native',
    put: (speaker, image, text) => patch(speaker, image, { add: [text] }),
    remove: (speaker, image, text) => patch(speaker, image, { remove: [text] }),
  },
];

export interface WriterOptions {
  readonly writers: number;
  readonly seed: number;
  readonly name: string;
  /** ms between two calls, on average */
  readonly delayMs: number;
  readonly speakerOf: (client: number) => Speaker;
}

const writersOfImage = 4;

/** Writers whose every text is new, so that each acknowledged change can be looked up in the feed. */
export class UniqueWriters {
  readonly traces: Trace[] = [];
  private running = true;
  private work: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: WriterOptions,
    readonly images: readonly string[],
  ) {}

  static async begin(options: WriterOptions): Promise<UniqueWriters> {
    const images: string[] = [];
    const clients = Array.from({ length: options.writers }, (_, client) => client);
    for (let made = 0; made * writersOfImage < options.writers; made++) {
      images.push(await openstack(options.speakerOf(0)).create({ name: options.name }));
    }
    const writers = new UniqueWriters(options, images);
    writers.work = Promise.all(clients.map((client) => writers.drive(client)));
    return writers;
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  private async drive(client: number): Promise<void> {
    const { seed, name, speakerOf, delayMs } = this.options;
    const random = new Random(seed * 1000 + client);
    const image = this.images[Math.floor(client / writersOfImage)] ?? '';
    for (let turn = 0; this.running; turn++) {
      const text = `${name}-u${String(client)}-${String(turn)}`;
      const [putter, remover] = [random.oneOf(manners), random.oneOf(manners)];
      const put = await heard(putter.put(speakerOf(client), image, text));
      const removed =
        put === 'done' ? await heard(remover.remove(speakerOf(client), image, text)) : 'not tried';
      this.traces.push({ text, what: `${text} by ${putter.name}, ${remover.name}`, put, removed });
      const isKnown = put === 'done' && removed === 'done';
      await sleep(isKnown ? random.next() * 2 * delayMs : 100 + random.next() * 200);
    }
  }
}

async function heard(call: Promise<Answer>): Promise<Heard> {
  const status = await call.then(
    (answer) => answer.status,
    () => 503,
  );
  if (status === 503) return 'unknown';
  return status < 300 ? 'done' : status;
}
