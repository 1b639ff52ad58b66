import { constants, createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { BackupError } from '../backup/format';
import { maxStateFileBytes, StateFileError, type StateHeader } from './format';
import { type StatePart, readStateParts } from './reader';

/** Bytes read at a time. */
const readLength = 2 ** 18;

/** The parts of a file that was checked before. */
export function readCheckedStateFile(
  file: string,
  knownSchemas: readonly string[],
): AsyncGenerator<StatePart> {
  return readStateParts(createReadStream(file, { highWaterMark: readLength }), knownSchemas);
}

/**
 * Checks all of a state file, and keeps a copy that only this account reads: the file may change, or go.
 * @param copy the path of the copy; an older copy is removed
 * @throws StateFileError
 */
export async function checkAndCopyStateFile(
  file: string,
  copy: string,
  knownSchemas: readonly string[],
): Promise<StateHeader> {
  return withFile(file, async (source) => {
    await rm(copy, { force: true });
    const target = await open(copy, 'wx', 0o600);
    try {
      const header = await headerOf(file, copied(source, target), knownSchemas);
      await target.sync();
      return header;
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    } finally {
      await target.close();
    }
  });
}

/** Checks all of a state file, and leaves nothing. @throws StateFileError */
export async function checkStateFile(file: string, knownSchemas: readonly string[]): Promise<void> {
  await withFile(file, (source) => headerOf(file, copied(source, null), knownSchemas));
}

/** The header of a file that was checked before. */
export async function readStateHeader(file: string, knownSchemas: readonly string[]): Promise<StateHeader> {
  for await (const part of readCheckedStateFile(file, knownSchemas))
    if (part.kind === 'header') return part.header;
  throw new StateFileError(file, 'it is empty');
}

async function withFile<Result>(
  file: string,
  work: (source: FileHandle) => Promise<Result>,
): Promise<Result> {
  const source = await opened(file);
  try {
    requireUsual(file, await source.stat());
    return await work(source);
  } finally {
    await source.close();
  }
}

/** Without waiting for a writer, where it is a pipe. */
async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new StateFileError(file, 'there is no such file: check the path', error);
    if (code === 'EACCES')
      throw new StateFileError(file, 'this account may not read it: change its owner or mode', error);
    throw new StateFileError(file, message, error);
  }
}

function requireUsual(file: string, found: Stats): void {
  if (!found.isFile()) {
    throw new StateFileError(
      file,
      `it is ${found.isDirectory() ? 'a folder' : 'no ordinary file'}: name a file`,
    );
  }
  if (found.size > maxStateFileBytes) {
    const limit = String(maxStateFileBytes / 2 ** 20);
    throw new StateFileError(
      file,
      `it has ${String(found.size)} bytes, and at most ${limit} MiB are read: make one with fewer image data`,
    );
  }
}

/** @throws StateFileError when any part of the file is not as it should be */
async function headerOf(
  file: string,
  source: AsyncIterable<Buffer>,
  knownSchemas: readonly string[],
): Promise<StateHeader> {
  let header: StateHeader | undefined;
  try {
    for await (const part of readStateParts(source, knownSchemas)) {
      if (part.kind === 'header') header = part.header;
    }
  } catch (error) {
    throw error instanceof BackupError ? new StateFileError(file, error.message, error) : error;
  }
  if (!header) throw new StateFileError(file, 'it is empty');
  return header;
}

/** Yields what it reads, and writes it to the target if one is given. Bounds a file that grows while it is read. */
async function* copied(source: FileHandle, target: FileHandle | null): AsyncGenerator<Buffer> {
  let read = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(readLength);
    const { bytesRead } = await source.read(buffer, 0, readLength, read);
    if (bytesRead === 0) return;
    read += bytesRead;
    if (read > maxStateFileBytes)
      throw new BackupError('it grew while it was read: wait until it is written');
    const piece = buffer.subarray(0, bytesRead);
    await target?.appendFile(piece);
    yield piece;
  }
}
