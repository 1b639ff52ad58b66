import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Announcement } from '../../../src/ephemeral/announcement';
import { signIn } from '../../../test/support/gateway-process';
import type { Build } from '../builds';

/** Requests at once while images are made and tagged. */
const clients = 8;

/** `tagway --ephemeral` of a build. */
export class ThrowAwayGateway {
  private constructor(
    private readonly child: ChildProcess,
    private readonly announced: Announcement,
    private readonly token: string,
  ) {}

  static async start({ checkout, folder }: Build): Promise<ThrowAwayGateway> {
    const child = spawn(process.execPath, [join(checkout, 'dist/src/cli.js'), '--ephemeral'], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TAGWAY_CACHE_DIR: join(folder, 'cache') },
      // The pipe on its standard input ends it with this process.
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const announced = JSON.parse(line) as Announcement;
    const [user] = announced.users;
    const { name = '', password = '' } = user ?? {};
    return new ThrowAwayGateway(
      child,
      announced,
      await signIn(announced.url, name, password, announced.project.name),
    );
  }

  get project(): string {
    return this.announced.project.id;
  }

  /** @returns their ids */
  async addImages(images: number, tags: number): Promise<string[]> {
    const numbers = Array.from({ length: images }, (_, number) => number);
    const ids: string[] = [];
    await together(numbers, async (number) => {
      const own = Array.from({ length: tags }, (_, index) => `k${String(index)}=${String(number % 10)}`);
      const body = JSON.stringify({ name: `image-${String(number)}`, tags: own });
      const { id } = JSON.parse(await this.call('POST', '/v2/images', this.token, body)) as { id: string };
      ids.push(id);
    });
    return ids;
  }

  async addTag(ids: readonly string[], tag: string): Promise<void> {
    await together(ids, (id) => this.call('PUT', `/v2/images/${id}/tags/${tag}`, this.token));
  }

  /** @param path below `/admin` @returns the JSON of the answer, or null */
  async admin(method: string, path: string): Promise<unknown> {
    const text = await this.call(method, `/admin${path}`, this.announced.admin.token);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }

  private async call(method: string, path: string, token: string, body?: string): Promise<string> {
    const answer = await fetch(this.announced.url + path, {
      method,
      headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${String(answer.status)}: ${text}`);
    return text;
  }
}

/** Several at a time. */
async function together<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const client = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: clients }, client));
}
