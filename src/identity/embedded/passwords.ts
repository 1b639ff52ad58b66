import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { Semaphore } from './semaphore';

/** scrypt's N, r and p. 32 MB and some 80 ms a hash by default. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export const defaultScryptCost: ScryptCost = { n: 32_768, r: 8, p: 1 };

/** Users without a password cannot log in with one: no password has this hash. */
export const unusablePasswordHash = `scrypt$32768$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const saltBytes = 16;
const hashBytes = 32;

/**
 * Passwords as `scrypt$N$r$p$salt$hash`: the parameters stay with the hash, so that they can be raised.
 * scrypt is memory-hard, so it is also what a login flood would eat memory with: few run at a time.
 */
export class Passwords {
  private readonly semaphore: Semaphore;
  private readonly dummyHash: string;

  constructor(
    private readonly cost: ScryptCost = defaultScryptCost,
    semaphore: { readonly width: number; readonly queue: number } = { width: 2, queue: 64 },
  ) {
    this.semaphore = new Semaphore(semaphore.width, semaphore.queue);
    this.dummyHash = text(cost, randomBytes(saltBytes), randomBytes(hashBytes));
  }

  /** @throws Unavailable */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return text(this.cost, salt, await this.derive(password, salt, this.cost));
  }

  /**
   * Takes as long for an unknown user (`undefined`) as for a wrong password.
   * @throws Unavailable
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const { cost, salt, hash } = parse(stored ?? this.dummyHash);
    const found = await this.derive(password, salt, cost);
    return timingSafeEqual(found, hash) && stored !== undefined;
  }

  private derive(password: string, salt: Buffer, { n, r, p }: ScryptCost): Promise<Buffer> {
    const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r };
    return this.semaphore.run(
      () =>
        new Promise((resolve, reject) => {
          scrypt(password, salt, hashBytes, options, (error, key) => {
            if (error) reject(error);
            else resolve(key);
          });
        }),
    );
  }
}

function text({ n, r, p }: ScryptCost, salt: Buffer, hash: Buffer): string {
  return `scrypt$${String(n)}$${String(r)}$${String(p)}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

const form = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]{43})$/;

function parse(stored: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } {
  const [, n = '', r = '', p = '', salt = '', hash = ''] = form.exec(stored) ?? [];
  // Does not quote what is stored: it may be a password in the wrong column.
  if (hash === '') throw new Error('a stored password hash has a form that is not known');
  return {
    cost: { n: Number(n), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}
