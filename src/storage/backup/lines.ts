import { TextDecoder } from 'node:util';
import { faultAt } from './format';

const lineFeed = 10;
/** Bytes. What has no line feed for so long is no text of ours. */
const longest = 64 * 2 ** 20;

/**
 * Lines of UTF-8 text, as many at a time as came together. The last one need not end with a line feed.
 * @throws BackupError naming the line that is no UTF-8, or has no end
 */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let read = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  const decode = (bytes: Buffer): string[] => {
    const lines = decoded(decoder, bytes, read);
    read += lines.length;
    return lines;
  };
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(lineFeed);
    if (end === -1) {
      rest.push(chunk);
      restLength += chunk.length;
      if (restLength > longest)
        throw faultAt(read + 1, 'it has more than 64 MiB: this is no export of Tagway');
      continue;
    }
    yield decode(Buffer.concat([...rest, chunk.subarray(0, end)]));
    rest = [chunk.subarray(end + 1)];
    restLength = chunk.length - end - 1;
  }
  if (restLength > 0) yield decode(Buffer.concat(rest));
}

/** @param before lines that came before these bytes */
function decoded(decoder: TextDecoder, bytes: Buffer, before: number): string[] {
  try {
    return decoder.decode(bytes).split('\n');
  } catch {
    let line = before;
    for (let at = 0, end = 0; end !== -1; at = end + 1) {
      line++;
      end = bytes.indexOf(lineFeed, at);
      try {
        decoder.decode(bytes.subarray(at, end === -1 ? undefined : end));
      } catch (error) {
        throw faultAt(line, 'this is no UTF-8 text: get an undamaged copy of the file', error);
      }
    }
    throw faultAt(before + 1, 'from here on this is no UTF-8 text: get an undamaged copy of the file');
  }
}
