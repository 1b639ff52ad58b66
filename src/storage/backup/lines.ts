import { TextDecoder } from 'node:util';
import { backupLineFault } from './format';

const lineFeed = 10;
/** Bytes. Text without a line feed for so long is no export. */
const longest = 64 * 2 ** 20;

/**
 * Lines of UTF-8 text, as many at a time as came together. The last one need not end with a line feed.
 * @throws BackupError naming the line that is no UTF-8, or has no end
 */
export async function* splitBackupLines(source: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let read = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(lineFeed);
    if (end === -1) {
      rest.push(chunk);
      restLength += chunk.length;
      if (restLength > longest)
        throw backupLineFault(read + 1, 'it has more than 64 MiB: this is no export of Tagway');
      continue;
    }
    for (const lines of decoded(Buffer.concat([...rest, chunk.subarray(0, end)]), read)) {
      yield lines;
      read += lines.length;
    }
    rest = [chunk.subarray(end + 1)];
    restLength = chunk.length - end - 1;
  }
  if (restLength > 0) yield* decoded(Buffer.concat(rest), read);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param before lines that came before these bytes */
function* decoded(bytes: Buffer, before: number): Generator<string[]> {
  let lines: string[];
  try {
    lines = decoder.decode(bytes).split('\n');
  } catch (error) {
    const good = decodable(bytes);
    if (good.length > 0) yield good;
    throw backupLineFault(
      before + good.length + 1,
      'this is no UTF-8 text: get an undamaged copy of the file',
      error,
    );
  }
  yield lines;
}

/** The lines before the first that is no UTF-8. */
function decodable(bytes: Buffer): string[] {
  const good: string[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf(lineFeed, at);
    try {
      good.push(decoder.decode(bytes.subarray(at, end === -1 ? undefined : end)));
    } catch {
      return good;
    }
    if (end === -1) return good;
    at = end + 1;
  }
}
