import { createHash, randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '../../../src/core/errors';
import type { Upload } from '../../../src/core/ports';
import { DiskRoom } from '../../../src/storage/images/disk-room';
import { DirectoryDataStore } from '../../../src/storage/images/image-data-store';

let folder: string;
let store: DirectoryDataStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagway-data-'));
  store = new DirectoryDataStore(folder);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

async function* broken(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('the first half'));
  throw new Error('the client went away');
}

async function textOf(imageId: string, start: number, end: number): Promise<string | undefined> {
  const content = await store.read(imageId, start, end);
  if (!content) return undefined;
  const found: Buffer[] = [];
  for await (const piece of content) found.push(piece);
  return Buffer.concat(found).toString();
}

async function keepAll(imageId: string, text: string): Promise<void> {
  const upload = await store.begin(imageId);
  await upload.receive(pieces(text), 100);
  await upload.keep();
  await upload.end();
}

/** Every file, whatever folder it lies in. */
function files(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('what is received is told, and found only once it is kept', async () => {
  const id = randomUUID();
  const upload = await store.begin(id);
  const received = await upload.receive(pieces('image ', 'data'), 100);
  const hash = (name: string): string => createHash(name).update('image data').digest('hex');
  expect(received).toMatchObject({ size: 10, checksum: hash('md5'), hashValue: hash('sha512') });
  expect(received.head.toString()).toBe('image data');
  expect(await textOf(id, 0, 10)).toBeUndefined();
  await upload.keep();
  await upload.end();
  expect(await textOf(id, 0, 10)).toBe('image data');
  expect(await textOf(id, 6, 8)).toBe('da');
  expect(await textOf(id, 3, 3)).toBe('');
  expect(files().map((file) => readFileSync(file, 'utf8'))).toEqual(['image data']);
});

test('data of another image, or that was removed, is not there', async () => {
  const id = randomUUID();
  await keepAll(id, 'x');
  expect(await textOf(randomUUID(), 0, 1)).toBeUndefined();
  await store.remove(id);
  await store.remove(id);
  expect(await textOf(id, 0, 1)).toBeUndefined();
  expect(files()).toEqual([]);
});

test('nothing is left of data that broke off, was too large, or is not wanted any more', async () => {
  const receive = async (content: AsyncIterable<Buffer>, limit: number): Promise<Upload> => {
    const upload = await store.begin(randomUUID());
    await upload.receive(content, limit).catch(async (error: unknown) => {
      await upload.end();
      throw error;
    });
    return upload;
  };
  await expect(receive(broken(), 100)).rejects.toThrow('the client went away');
  await expect(receive(pieces('12345', '67890'), 9)).rejects.toThrow(Refused);
  for (const isKept of [false, true]) {
    const unwanted = await receive(pieces('x'), 100);
    if (isKept) await unwanted.keep();
    await unwanted.discard();
    await unwanted.end();
  }
  expect(files()).toEqual([]);
});

test('ids that differ only in their letters’ case, or that are odd, have files of their own', async () => {
  const ids = ['aaaaaaaa-0000-4000-8000-000000000000', 'AAAAAAAA-0000-4000-8000-000000000000', '../../etc'];
  for (const id of ids) await keepAll(id, id);
  for (const id of ids) expect(await textOf(id, 0, id.length)).toBe(id);
  const names = files().map((file) => file.toLowerCase());
  expect(new Set(names).size).toBe(3);
  expect(names.every((name) => name.startsWith(folder.toLowerCase()))).toBe(true);
});

const incoming = (): string => join(folder, 'incoming');

/** As an upload leaves it whose process has ended. */
function left(imageId: string, more: { pid?: number; host?: string; age?: number } = {}): string {
  const { pid = deadPid, host = hostname(), age = 0 } = more;
  mkdirSync(incoming(), { recursive: true });
  const path = join(incoming(), `${imageId}.${randomUUID()}`);
  writeFileSync(`${path}.upload`, JSON.stringify({ host, pid }));
  writeFileSync(`${path}.part`, 'half');
  const at = new Date(Date.now() - age);
  utimesSync(`${path}.upload`, at, at);
  return imageId;
}

/** Of a process that has ended and was waited for. */
const deadPid = spawnSync('true').pid;

async function abandoned(atStart = false): Promise<string[]> {
  return (await store.abandoned(atStart)).map(({ imageId }) => imageId).sort();
}

test('uploads whose process is gone, or silent for half a minute, are found once, and their bytes removed', async () => {
  const dead = left(randomUUID());
  const silent = left(randomUUID(), { host: 'another', age: 31_000 });
  const odd = left('x' + Buffer.from('ODD').toString('hex'));
  left(randomUUID(), { host: 'another' });
  left(randomUUID(), { pid: process.ppid });
  const own = await store.begin(randomUUID());
  await own.receive(pieces('x'), 1);
  expect(odd).not.toBe('ODD');
  expect(await abandoned()).toEqual([dead, silent, 'ODD'].sort());
  expect(await abandoned()).toEqual([]);
  expect(files().filter((file) => file.endsWith('.part'))).toHaveLength(3);
});

test('one that could not be finished is found again', async () => {
  const upload = await store.begin(randomUUID());
  await upload.abandon();
  const [found] = await store.abandoned(false);
  await found?.abandon();
  expect(await abandoned()).toEqual([found?.imageId]);
});

test('while another upload of the image is under way its abandoned one is left alone', async () => {
  const id = left(randomUUID());
  const next = await store.begin(id);
  expect(await abandoned()).toEqual([]);
  await next.end();
  expect(await abandoned()).toEqual([id]);
});

test('what an earlier version left is found at a start', async () => {
  const id = randomUUID();
  mkdirSync(incoming());
  for (const name of ['kept', randomUUID()]) writeFileSync(join(incoming(), `${id}.${name}`), '');
  expect(await abandoned()).toEqual([]);
  expect(new Set(await abandoned(true))).toEqual(new Set([id]));
});

test('a file that is shorter than its image says is an error, not an end', async () => {
  const id = randomUUID();
  await keepAll(id, 'short');
  await expect(textOf(id, 0, 6)).rejects.toThrow('shorter');
});

test('the files are for the owner of the process alone', async () => {
  await keepAll(randomUUID(), 'x');
  expect(files().map((file) => statSync(file).mode & 0o077)).toEqual([0]);
});

test('data that would take what is kept free of the disk is refused, at once or on its way, and leaves nothing', async () => {
  const { bavail, bsize } = statfsSync(folder);
  const mebibyte = 1024 * 1024;
  const tight = new DirectoryDataStore(folder, new DiskRoom(folder, bavail * bsize - 64 * mebibyte));
  const refusal = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'taken',
      (error: unknown) => (error instanceof Refused ? error.refusal.kind : error),
    );
  const endless = async function* (): AsyncGenerator<Buffer> {
    for (;;) yield await Promise.resolve(Buffer.alloc(mebibyte));
  };
  const upload = await tight.begin(randomUUID());
  const largest = Number.MAX_SAFE_INTEGER;
  expect(await refusal(upload.receive(pieces('x'), largest, bavail * bsize))).toBe('data-no-room');
  expect(await refusal(upload.receive(endless(), largest))).toBe('data-no-room');
  await upload.end();
  expect(files()).toEqual([]);
});
