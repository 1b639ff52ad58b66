import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '../../../src/core/errors';
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
  const received = await store.receive(imageId, pieces(text), 100);
  await received.keep();
  await received.settle();
}

/** Every file, whatever folder it lies in. */
function files(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('what is received is told, and found only once it is kept', async () => {
  const id = randomUUID();
  const received = await store.receive(id, pieces('image ', 'data'), 100);
  const hash = (name: string): string => createHash(name).update('image data').digest('hex');
  expect(received).toMatchObject({ size: 10, checksum: hash('md5'), hashValue: hash('sha512') });
  expect(received.head.toString()).toBe('image data');
  expect(await textOf(id, 0, 10)).toBeUndefined();
  await received.keep();
  await received.settle();
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
  await expect(store.receive(randomUUID(), broken(), 100)).rejects.toThrow('the client went away');
  await expect(store.receive(randomUUID(), pieces('12345', '67890'), 9)).rejects.toThrow(Refused);
  await (await store.receive(randomUUID(), pieces('x'), 100)).discard();
  const kept = await store.receive(randomUUID(), pieces('x'), 100);
  await kept.keep();
  await kept.discard();
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

test('what an earlier process was receiving is swept away, and its images are named', async () => {
  const [kept, left, odd] = [randomUUID(), randomUUID(), 'AAAAAAAA-0000-4000-8000-000000000000'];
  const unsettled = randomUUID();
  await keepAll(kept, 'x');
  await (await store.receive(unsettled, pieces('x'), 1)).keep();
  await store.receive(left, pieces('x'), 1);
  await store.receive(odd, pieces('x'), 1);
  const next = new DirectoryDataStore(folder);
  expect([...(await next.sweep())].sort()).toEqual([left, odd, unsettled].sort());
  expect(await next.sweep()).toEqual([]);
  expect(files()).toHaveLength(2);
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
  const largest = Number.MAX_SAFE_INTEGER;
  expect(await refusal(tight.receive(randomUUID(), pieces('x'), largest, bavail * bsize))).toBe(
    'data-no-room',
  );
  expect(await refusal(tight.receive(randomUUID(), endless(), largest))).toBe('data-no-room');
  expect(files()).toEqual([]);
});
