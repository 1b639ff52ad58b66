import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refused } from '../../core/errors';
import { inspectedHeadBytes } from '../../core/format-inspection';
import type { AbandonedUpload, ImageDataStore, ReceivedData, Upload } from '../../core/ports';
import { imageFileName, type UploadTrace, UploadTraces } from './upload-traces';
import { activeDryRun } from '../database/dry-run';
import { DiskRoom, checkRoomEveryBytes } from './disk-room';

/** Bytes that are read from a file at a time. */
const readLength = 256 * 1024;

/**
 * Data in a folder: `<folder>/<two characters>/<image>` holds an image's bytes, `<folder>/incoming` what is
 * arriving, `<folder>/staged/<image>` what waits for its import. A file is written aside, synced and renamed, so that a
 * file under its final name is whole.
 */
export class DirectoryDataStore implements ImageDataStore {
  private readonly traces: UploadTraces;

  constructor(
    private readonly folder: string,
    private readonly room = new DiskRoom(dirname(folder)),
  ) {
    this.traces = new UploadTraces(join(folder, 'incoming'));
  }

  async begin(imageId: string): Promise<Upload> {
    try {
      return this.uploadOf(await this.traces.begin(imageId));
    } catch (error) {
      throw isFull(error) ? new Refused({ kind: 'data-no-room', imageId }) : error;
    }
  }

  async abandoned(atStart: boolean): Promise<readonly AbandonedUpload[]> {
    return (await this.traces.takeAbandoned(atStart)).map((trace) => this.uploadOf(trace));
  }

  private uploadOf(trace: UploadTrace): Upload & AbandonedUpload {
    const { imageId, end, abandon } = trace;
    const discard = async (): Promise<void> => {
      await rm(trace.part, { force: true });
      await this.remove(imageId);
    };
    const adopted = async (signal: AbortSignal): Promise<ReceivedData> => {
      await rename(stagedFilePath(this.folder, imageId), trace.part).catch((error: unknown) => {
        throw isMissing(error) ? new Refused({ kind: 'image-gone', imageId }) : error;
      });
      return hashed(createReadStream(trace.part, { highWaterMark: readLength, signal }), () => undefined);
    };
    return {
      imageId,
      receive: async (content, limit, announced = 0) => {
        await this.room.require(imageId, announced);
        try {
          return await written(trace.part, this.bounded(imageId, content, limit));
        } catch (error) {
          await rm(trace.part, { force: true });
          throw isFull(error) ? new Refused({ kind: 'data-no-room', imageId }) : error;
        }
      },
      keep: () => unlessDryRun(trace.part, () => moved(trace.part, dataFilePath(this.folder, imageId))),
      stage: () => unlessDryRun(trace.part, () => moved(trace.part, stagedFilePath(this.folder, imageId))),
      adoptStaged: adopted,
      discard,
      end,
      abandon,
    };
  }

  /** The same content, within the size limit and the room on the disk. */
  private async *bounded(
    imageId: string,
    content: AsyncIterable<Buffer>,
    limit: number,
  ): AsyncGenerator<Buffer> {
    let size = 0;
    let looked = 0;
    for await (const chunk of content) {
      size += chunk.length;
      if (size > limit) throw new Refused({ kind: 'data-too-large', imageId, limit });
      if (size - looked >= checkRoomEveryBytes) {
        await this.room.require(imageId, chunk.length);
        looked = size;
      }
      yield chunk;
    }
  }

  async read(imageId: string, start: number, end: number): Promise<AsyncIterable<Buffer> | undefined> {
    try {
      return new FilePart(await open(this.placeOf(imageId), 'r'), start, end);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** @returns undefined when there are no data */
  async sizeOf(imageId: string): Promise<number | undefined> {
    const found = await stat(this.placeOf(imageId)).catch(() => undefined);
    return found?.size;
  }

  async remove(imageId: string): Promise<void> {
    if (activeDryRun()) return;
    await rm(this.placeOf(imageId), { force: true });
    await rm(stagedFilePath(this.folder, imageId), { force: true });
  }

  private placeOf(imageId: string): string {
    return dataFilePath(this.folder, imageId);
  }
}

/** Where a folder of image data has those of an image. */
export function dataFilePath(folder: string, imageId: string): string {
  const name = imageFileName(imageId);
  return join(folder, name.slice(0, 2), name);
}

/** Where it has what is staged for an image. */
export function stagedFilePath(folder: string, imageId: string): string {
  return join(folder, 'staged', imageFileName(imageId));
}

/** A request whose changes are rolled back leaves no file either. */
async function unlessDryRun(part: string, keep: () => Promise<void>): Promise<void> {
  await (activeDryRun() ? rm(part, { force: true }) : keep());
}

async function moved(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Writes a new file durably and returns its size and hashes. */
async function written(path: string, content: AsyncIterable<Buffer>): Promise<ReceivedData> {
  const file = await open(path, 'wx', 0o600);
  try {
    const received = await hashed(content, (chunk) => file.appendFile(chunk));
    await file.sync();
    return received;
  } finally {
    await file.close();
  }
}

/** @param each is given every chunk */
async function hashed(
  content: AsyncIterable<unknown>,
  each: (chunk: Buffer) => Promise<void> | undefined,
): Promise<ReceivedData> {
  const md5 = createHash('md5');
  const sha512 = createHash('sha512');
  let size = 0;
  let head: Buffer = Buffer.alloc(0);
  for await (const piece of content) {
    const chunk = piece as Buffer;
    size += chunk.length;
    if (head.length < inspectedHeadBytes) {
      head = Buffer.concat([head, chunk.subarray(0, inspectedHeadBytes - head.length)]);
    }
    md5.update(chunk);
    sha512.update(chunk);
    await each(chunk);
  }
  return { size, head, checksum: md5.digest('hex'), hashValue: sha512.digest('hex') };
}

/** A part of a file, read on demand. The file is closed at the end, or when the reader stops early. */
class FilePart implements AsyncIterableIterator<Buffer> {
  constructor(
    private readonly file: FileHandle,
    private at: number,
    private readonly end: number,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.at >= this.end) return this.return();
    const buffer = Buffer.allocUnsafe(Math.min(readLength, this.end - this.at));
    const { bytesRead } = await this.file.read(buffer, 0, buffer.length, this.at);
    if (bytesRead === 0) {
      await this.file.close();
      throw new Error('the file is shorter than its image says');
    }
    this.at += bytesRead;
    return { done: false, value: buffer.subarray(0, bytesRead) };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.at = this.end;
    await this.file.close();
    return { done: true, value: undefined };
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
