import { constants, crc32, deflateRawSync } from 'node:zlib';

/*
 * Gzip streams (RFC 1952) of parts that are compressed once for all of them. A part looks back at nothing before it and ends on
 * a byte, so it may follow any other. A stream keeps two numbers instead of the 256 KiB of a zlib stream.
 */

export interface GzipPart {
  readonly bytes: Buffer;
  /** Of its content. */
  readonly crc: number;
  readonly length: number;
  /** What takes a CRC over so many bytes. */
  readonly shift: number;
}

const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** An empty block that is the last one. */
const lastBlock = [3, 0];

export function compressedPart(content: Buffer): GzipPart {
  const bytes = deflateRawSync(content, {
    level: constants.Z_BEST_SPEED,
    finishFlush: constants.Z_FULL_FLUSH,
  });
  return partOf(content, bytes);
}

/** For short texts: they are stored as they are. */
export function storedPart(text: string): GzipPart {
  const content = Buffer.from(text);
  const block = Buffer.alloc(5);
  block.writeUInt16LE(content.length, 1);
  block.writeUInt16LE(0xffff - content.length, 3);
  return partOf(content, Buffer.concat([block, content]));
}

function partOf(content: Buffer, bytes: Buffer): GzipPart {
  return { bytes, crc: crc32(content), length: content.length, shift: shiftOf(content.length) };
}

export class GzipStream {
  private crc = 0;
  private length = 0;

  /** Its first bytes. */
  get head(): Buffer {
    return head;
  }

  append({ bytes, crc, length, shift }: GzipPart): Buffer {
    this.crc = (multiplied(shift, this.crc) ^ crc) >>> 0;
    this.length = (this.length + length) >>> 0;
    return bytes;
  }

  /** Its last bytes. */
  get tail(): Buffer {
    const tail = Buffer.from([...lastBlock, ...new Array<number>(8).fill(0)]);
    tail.writeUInt32LE(this.crc, 2);
    tail.writeUInt32LE(this.length, 6);
    return tail;
  }
}

/* Polynomials over GF(2) modulo that of CRC-32, the highest bit first: as `crc32_combine` of zlib computes it. */
const polynomial = 0xedb88320;
const one = 0x80000000;
const byte = one >>> 8;

function multiplied(a: number, b: number): number {
  let product = 0;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= b;
    b = (b & 1) === 0 ? b >>> 1 : (b >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

function shiftOf(length: number): number {
  let shift = one;
  let power = byte;
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = multiplied(power, shift);
    power = multiplied(power, power);
  }
  return shift;
}
