import { createHash } from 'node:crypto';
import type { OmittedData, RecordedBody } from './exchange';
import type { Masker } from './masker';

export interface BodyLimits {
  /** Bytes: what is longer is noted, and not kept. */
  readonly maxBody: number;
  /** Keeps also data that are not text, up to the same length. */
  readonly keepData: boolean;
}

/** By its media type a text; without a type it is one if it reads as one. */
const textType =
  /^(?:text\/|application\/(?:[\w.+-]*(?:json|xml|javascript|yaml)|x-www-form-urlencoded))|^$/i;

/** Looks at a body while it passes: its beginning, its length and its digests. */
export class BodyInspector {
  private readonly hashes = {
    md5: createHash('md5'),
    sha256: createHash('sha256'),
    sha512: createHash('sha512'),
  };
  private kept: Buffer[] = [];
  private bytes = 0;

  /** @param type `Content-Type` */
  constructor(
    private readonly limits: BodyLimits,
    private readonly type: string,
  ) {}

  pass(chunk: Buffer): void {
    this.bytes += chunk.length;
    for (const hash of Object.values(this.hashes)) hash.update(chunk);
    if (this.bytes > this.limits.maxBody) this.kept = [];
    else this.kept.push(chunk);
  }

  /** @returns what the recording has of it */
  noted(masker: Masker, isIdentity: boolean): RecordedBody {
    if (this.bytes === 0) return {};
    const whole = this.bytes <= this.limits.maxBody ? Buffer.concat(this.kept) : null;
    const text = whole && textType.test(this.type) ? textOf(whole) : null;
    if (text !== null) return masker.body({ text, isIdentity }) ?? { data: { bytes: this.bytes } };
    if (isIdentity) return { data: { bytes: this.bytes } };
    const isKept = whole !== null && this.limits.keepData;
    return { ...(isKept && { body_base64: whole.toString('base64') }), data: this.note() };
  }

  private note(): OmittedData {
    const { md5, sha256, sha512 } = this.hashes;
    return {
      bytes: this.bytes,
      md5: md5.digest('hex'),
      sha256: sha256.digest('hex'),
      sha512: sha512.digest('hex'),
    };
  }
}

function textOf(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}
