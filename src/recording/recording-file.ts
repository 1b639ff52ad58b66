import { closeSync, openSync, writeSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Exchange, RecordingHead } from './exchange';

/** JSON lines: a head, then an exchange a line, on the disk as soon as it is over. */
export class RecordingFile {
  private constructor(private readonly file: number) {}

  /** For this user alone. @throws Error when there is such a file */
  static create(path: string): RecordingFile {
    try {
      const file = new RecordingFile(openSync(path, 'ax', 0o600));
      const head: RecordingHead = { tagway_recording: 1, began: new Date().toISOString() };
      file.write(head);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new Error(`${path} exists: name another file with --output, or remove it`, { cause: error });
    }
  }

  /** @throws Error when the disk takes no more */
  append(exchange: Exchange): void {
    this.write(exchange);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let written = 0; written < bytes.length;) written += writeSync(this.file, bytes, written);
  }
}

/**
 * The exchanges of a recording, in the order in which they were begun.
 * @throws Error for a file that is no recording
 */
export async function readRecording(path: string): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  let number = 0;
  let fault: string | null = null;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    // A recorder that was killed leaves half a line, but as the last one.
    if (fault !== null) throw new Error(fault);
    const value = parsed(line);
    if (number === 1 && !isHead(value)) throw new Error(`${path} is not a recording of "tagway record"`);
    if (number === 1) continue;
    if (isExchange(value)) exchanges.push(value);
    else fault = `${path}: line ${String(number)} is not an exchange`;
  }
  if (number === 0) throw new Error(`${path} is not a recording of "tagway record": it is empty`);
  return exchanges.sort((a, b) => a.number - b.number);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): boolean {
  return (value as Partial<RecordingHead> | undefined)?.tagway_recording === 1;
}

function isExchange(value: unknown): value is Exchange {
  const { number, request, response } = (value ?? {}) as Partial<Exchange>;
  return (
    typeof number === 'number' &&
    isMessage(request) &&
    typeof request.method === 'string' &&
    typeof request.target === 'string' &&
    (response === null || (isMessage(response) && typeof response.status === 'number'))
  );
}

function isMessage<Message extends { headers: unknown }>(message: Message | undefined): message is Message {
  return Array.isArray(message?.headers) && message.headers.every((pair) => Array.isArray(pair));
}
