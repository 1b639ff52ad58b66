import * as fs from 'node:fs';
import { join } from 'node:path';

/** Of a folder when the size is null. */
interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly size: number | null;
}

/**
 * Puts files and folders below `from` into one file, without those that `isLeftOut`. To read one file and write hundreds takes
 * less than half the time of copying hundreds. Form: a line of JSON, an entry each, then the contents in that order.
 * @param parts names in `from`
 */
export function packTree(
  from: string,
  parts: readonly string[],
  file: string,
  isLeftOut: (path: string) => boolean,
): void {
  const entries = parts.flatMap((part) => entriesOf(from, part)).filter(({ path }) => !isLeftOut(path));
  const contents = entries
    .filter(({ size }) => size !== null)
    .map(({ path }) => fs.readFileSync(join(from, path)));
  fs.writeFileSync(file, Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...contents]), {
    mode: 0o600,
  });
}

function entriesOf(from: string, path: string): Entry[] {
  const found = fs.statSync(join(from, path));
  const mode = found.mode & 0o7777;
  if (!found.isDirectory()) return [{ path, mode, size: found.size }];
  const below = fs.readdirSync(join(from, path)).flatMap((name) => entriesOf(from, join(path, name)));
  return [{ path, mode, size: null }, ...below];
}

/**
 * Makes them again below an existing folder.
 * @param owner null: the account of this process
 */
export function unpackTree(file: string, to: string, owner: { uid: number; gid: number } | null): void {
  const packed = fs.readFileSync(file);
  let at = packed.indexOf('\n') + 1;
  for (const { path, mode, size } of JSON.parse(packed.toString('utf8', 0, at)) as Entry[]) {
    const place = join(to, path);
    if (size === null) {
      fs.mkdirSync(place, { mode });
      if (owner) fs.chownSync(place, owner.uid, owner.gid);
      continue;
    }
    const handle = fs.openSync(place, 'wx', mode);
    for (const end = at + size; at < end;) at += fs.writeSync(handle, packed, at, end - at);
    if (owner) fs.fchownSync(handle, owner.uid, owner.gid);
    fs.closeSync(handle);
  }
}
