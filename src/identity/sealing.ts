import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A secret at rest: which master key sealed it, and `iv`, data and tag as one base64url text. */
export interface Sealed {
  readonly keyId: string;
  readonly text: string;
}

const ivBytes = 12;
const tagBytes = 16;

/** Names a master key without revealing it. */
export function masterKeyId(masterKey: Buffer): string {
  return createHash('sha256').update('tagway master key\n').update(masterKey).digest('hex').slice(0, 16);
}

/**
 * AES-256-GCM under the current master key; older ones only open. `context` is bound to the data (AAD), so
 * that a sealed secret cannot be moved to another row.
 */
export class SealingKeys {
  readonly currentId: string;
  private readonly keys = new Map<string, Buffer>();

  /** Keys of 32 bytes. */
  constructor(
    private readonly current: Buffer,
    old: readonly Buffer[] = [],
  ) {
    for (const key of [...old, current]) {
      if (key.length !== 32) throw new Error('a master key must be 32 bytes long');
      this.keys.set(masterKeyId(key), key);
    }
    this.currentId = masterKeyId(current);
  }

  seal(secret: Buffer, context: string): Sealed {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.current, iv).setAAD(Buffer.from(context));
    const data = Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    return { keyId: this.currentId, text: data.toString('base64url') };
  }

  /** @throws Error when the master key is not one of ours, or the data was changed or moved */
  open(sealed: Sealed, context: string): Buffer {
    const key = this.keys.get(sealed.keyId);
    if (!key) {
      throw new Error(
        `a secret is sealed with master key ${sealed.keyId}, and the one given is ${this.currentId}`,
      );
    }
    const data = Buffer.from(sealed.text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(data.subarray(-tagBytes));
    return Buffer.concat([decipher.update(data.subarray(ivBytes, -tagBytes)), decipher.final()]);
  }

  /** The same secret under the current key. @throws Error as `open` does */
  reseal(sealed: Sealed, context: string): Sealed {
    return this.seal(this.open(sealed, context), context);
  }
}
