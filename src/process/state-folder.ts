import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** What the gateway itself keeps in the state folder, beside the embedded Postgres. */
export class StateFolder {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** Where uploaded image data goes. */
  get imageData(): string {
    return join(this.path, 'images');
  }

  /**
   * The key that secrets in the database are encrypted with. Made once; whoever loses it loses every access
   * key's secret, so it is written through to the disk before it is used.
   * @param setting 64 hex digits, for gateways that share a database; null: the folder's own key
   */
  masterKey(setting: string | null): Buffer {
    if (setting !== null) return Buffer.from(setting, 'hex');
    const file = join(this.path, 'master.key');
    if (!existsSync(file)) writeNew(file, `${randomBytes(32).toString('hex')}\n`);
    return readKey(file);
  }

  /**
   * A new key beside the old one. Until `finish` the old file stays, so a rotation that was cut off can be
   * begun again: it goes on with the new key that is there.
   */
  beginKeyRotation(): { oldKey: Buffer; newKey: Buffer; finish: () => void } {
    const next = join(this.path, 'master.key.next');
    if (!existsSync(next)) writeNew(next, `${randomBytes(32).toString('hex')}\n`);
    return {
      oldKey: this.masterKey(null),
      newKey: readKey(next),
      finish: () => {
        renameSync(next, join(this.path, 'master.key'));
      },
    };
  }

  /** @returns the file's path; the file is readable by its owner only */
  writeOpenrc(text: string): string {
    const file = join(this.path, 'openrc');
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }
}

function readKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  if (key.length !== 32) throw new Error(`${file} does not hold 64 hexadecimal digits`);
  return key;
}

/** Two gateways may start at once: the first one's key stays. */
function writeNew(file: string, text: string): void {
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
}
