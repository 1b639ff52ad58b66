import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** How often a process touches its uploads' files, and after what silence uploads count as abandoned (ms). */
const pace = { heartbeat: 5_000, stale: 30_000 };

/** One upload in progress: `<image>.<id>.upload` in the folder, beside `<image>.<id>.part` with its bytes. */
export interface UploadTrace {
  readonly imageId: string;
  /** Where the bytes go while they come in. */
  readonly part: string;
  /** The upload has ended, successfully or not, and its image shows it. */
  readonly end: () => Promise<void>;
  /** It has not, and this process gives up on it: the next look at the folder takes it over. */
  readonly abandon: () => Promise<void>;
}

/** Of this process: another object of the same process must not take them for abandoned. */
const own = new Set<string>();
let beating: NodeJS.Timeout | undefined;

/**
 * Uploads in progress, as files, so that any process can see which are abandoned: their process is gone, or the file
 * was not touched for half a minute. A trace exists before its image is `saving` and until it no longer is.
 */
export class UploadTraces {
  constructor(private readonly folder: string) {}

  async begin(imageId: string): Promise<UploadTrace> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${imageFileName(imageId)}.${randomUUID()}.upload`);
    const content = JSON.stringify({ host: hostname(), pid: process.pid });
    // First: a look at the folder while the file is being flushed must not take it for one of an earlier process.
    own.add(path);
    try {
      await writeFile(path, content, { mode: 0o600, flush: true });
    } catch (error) {
      own.delete(path);
      throw error;
    }
    return traceOf(path, imageId);
  }

  /**
   * Abandoned uploads, now taken over by this process alone. Those of an image with another upload in progress wait
   * until that has ended.
   * @param atStart whether files of earlier versions, which do not name their process, are abandoned, too
   */
  async takeAbandoned(atStart: boolean): Promise<readonly UploadTrace[]> {
    const names = await readdir(this.folder).catch(() => []);
    const [abandoned, live]: [string[], Set<string>] = [[], new Set()];
    for (const name of names.filter((one) => !one.endsWith('.part'))) {
      if (await this.isAbandoned(name, atStart)) abandoned.push(name);
      else live.add(imageOf(name));
    }
    const taken: UploadTrace[] = [];
    for (const name of abandoned.filter((one) => !live.has(imageOf(one)))) {
      const trace = await this.takeOver(name);
      if (trace) taken.push(trace);
    }
    return taken;
  }

  private async isAbandoned(name: string, atStart: boolean): Promise<boolean> {
    const path = join(this.folder, name);
    if (own.has(path)) return false;
    const found = await stat(path).catch(() => undefined);
    if (!found) return false;
    if (Date.now() - found.mtimeMs > pace.stale) return true;
    return name.endsWith('.upload') ? !(await isHeld(path)) : atStart;
  }

  /** Of several processes that rename it, one succeeds. */
  private async takeOver(name: string): Promise<UploadTrace | undefined> {
    const imageId = imageOf(name);
    const path = join(this.folder, `${imageFileName(imageId)}.${randomUUID()}.upload`);
    own.add(path);
    try {
      await rename(join(this.folder, name), path);
      const now = new Date();
      await utimes(path, now, now);
    } catch {
      own.delete(path);
      return undefined;
    }
    await rm(join(this.folder, partOf(name)), { force: true });
    return traceOf(path, imageId);
  }
}

function traceOf(path: string, imageId: string): UploadTrace {
  own.add(path);
  beating ??= setInterval(() => void beat(), pace.heartbeat).unref();
  return {
    imageId,
    part: partOf(path),
    end: async () => {
      await rm(path, { force: true });
      own.delete(path);
    },
    abandon: async () => {
      await utimes(path, 0, 0).catch(() => undefined);
      own.delete(path);
    },
  };
}

async function beat(): Promise<void> {
  const now = new Date();
  for (const path of own) await utimes(path, now, now).catch(() => undefined);
}

/** Whether the process that wrote it lives. One of another machine, or of a container, is known by its touches only. */
async function isHeld(path: string): Promise<boolean> {
  try {
    const { host, pid } = JSON.parse(await readFile(path, 'utf8')) as { host?: unknown; pid?: unknown };
    if (host !== hostname() || typeof pid !== 'number') return true;
    // This process would know its own upload: an earlier one had the same number.
    return pid !== process.pid && isAlive(pid);
  } catch {
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function partOf(trace: string): string {
  return trace.replace(/\.upload$/, '.part');
}

/**
 * Ids are text that clients choose and that differ by case; some file systems know no case. The usual id is
 * its own file name, any other is written in hexadecimal.
 */
export function imageFileName(imageId: string): string {
  return /^[0-9a-f-]{8,64}$/.test(imageId) ? imageId : `x${Buffer.from(imageId).toString('hex')}`;
}

function imageOf(name: string): string {
  const first = name.split('.')[0] ?? '';
  return first.startsWith('x') ? Buffer.from(first.slice(1), 'hex').toString() : first;
}
