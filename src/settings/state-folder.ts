import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error';

/** The gateway's own files in the state folder, besides the embedded Postgres. */
export class StateFolder {
  constructor(readonly path: string) {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** Folder of uploaded image data. */
  get imageData(): string {
    return join(this.path, 'images');
  }

  /** The state file that this folder began with, as a copy. */
  get stateFile(): string {
    return stateFilePath(this.path);
  }

  /**
   * The key that encrypts secrets in the database. Created once; without it every access key's secret is lost, so it
   * is synced to disk before use.
   * @param setting 64 hex digits, for gateways that share a database; null: the folder's own key
   */
  masterKey(setting: string | null): Buffer {
    if (setting !== null) return Buffer.from(setting, 'hex');
    const file = join(this.path, 'master.key');
    if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) writeNew(file, `${newKey()}\n`);
    return this.readKey(file);
  }

  /**
   * A new key beside the old one. The old file stays until `finish`, so an interrupted rotation can be restarted:
   * it continues with the existing new key.
   */
  beginKeyRotation(): { oldKey: Buffer; newKey: Buffer; finish: () => void } {
    const next = join(this.path, 'master.key.next');
    if (fs.lstatSync(next, { throwIfNoEntry: false }) === undefined) writeNew(next, `${newKey()}\n`);
    return {
      oldKey: this.masterKey(null),
      newKey: this.readKey(next),
      finish: () => {
        fs.renameSync(next, join(this.path, 'master.key'));
      },
    };
  }

  private get openrc(): string {
    return join(this.path, 'openrc');
  }

  /** null: none @throws StartError */
  readOpenrc(): string | null {
    if (fs.lstatSync(this.openrc, { throwIfNoEntry: false }) === undefined) return null;
    return this.withFile(this.openrc, fs.constants.O_RDONLY, (handle) => fs.readFileSync(handle, 'utf8'));
  }

  /** Readable by its owner only. @throws StartError */
  writeOpenrc(text: string): void {
    const { O_WRONLY, O_CREAT } = fs.constants;
    this.withFile(this.openrc, O_WRONLY | O_CREAT, (handle) => {
      fs.fchmodSync(handle, 0o600);
      fs.ftruncateSync(handle);
      fs.writeSync(handle, text);
    });
  }

  private readKey(file: string): Buffer {
    const text = this.withFile(file, fs.constants.O_RDONLY, (handle) => fs.readFileSync(handle, 'utf8'));
    const key = Buffer.from(text.trim(), 'hex');
    if (key.length !== 32) throw new StartError(`${file} does not hold 64 hexadecimal digits`);
    return key;
  }

  /**
   * If another account can write to the folder, a file of that name may be a link to anything, or a file which that
   * account reads.
   */
  private withFile<Result>(file: string, flags: number, work: (handle: number) => Result): Result {
    const handle = openUnlinked(file, flags);
    try {
      const { uid, nlink } = fs.fstatSync(handle);
      const trusted = [process.getuid?.(), 0, fs.statSync(this.path).uid];
      if (!trusted.includes(uid) || nlink !== 1) throw planted(file);
      return work(handle);
    } finally {
      fs.closeSync(handle);
    }
  }
}

/** See `stateFile`. */
export function stateFilePath(stateDir: string): string {
  return join(stateDir, 'state.tgw');
}

function openUnlinked(file: string, flags: number): number {
  try {
    return fs.openSync(file, flags | fs.constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw planted(file);
    throw error;
  }
}

function planted(file: string): StartError {
  return new StartError(
    `${file} is a link, or belongs to another account, so Tagway neither reads nor writes it: ` +
      'remove it, or set TAGWAY_STATE_DIR to a folder that only its account can write.',
  );
}

function newKey(): string {
  return randomBytes(32).toString('hex');
}

/** If two gateways start at once, the first one's key stays. */
function writeNew(file: string, text: string): void {
  let handle: number;
  try {
    handle = fs.openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  fs.writeSync(handle, text);
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
