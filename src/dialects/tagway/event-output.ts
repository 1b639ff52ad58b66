import type { Response } from 'express';
import { compressedPart, GzipStream, type GzipPart, storedPart } from '../../http/shared-gzip';

/** Bytes that many streams send. */
export class SharedBytes {
  private part: GzipPart | undefined;

  constructor(readonly plain: Buffer) {}

  /** Compressed for the first stream that wants it so. */
  get compressed(): GzipPart {
    return (this.part ??= compressedPart(this.plain));
  }
}

/** The body of a stream of server-sent events, compressed or not. */
export class EventOutput {
  private readonly gzip: GzipStream | undefined;

  constructor(
    private readonly res: Response,
    isCompressed: boolean,
  ) {
    this.gzip = isCompressed ? new GzipStream() : undefined;
    // It ends with its connection: a write is then the shared bytes alone, without the frame of a chunk.
    res.useChunkedEncodingByDefault = false;
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'private, no-cache',
      Vary: 'X-Auth-Token, Authorization, Accept, Accept-Encoding',
      'X-Accel-Buffering': 'no',
      ...(isCompressed && { 'Content-Encoding': 'gzip' }),
    });
    if (this.gzip) res.write(this.gzip.head);
  }

  say(text: string): void {
    this.res.write(this.gzip ? this.gzip.append(storedPart(text)) : text);
  }

  send(bytes: SharedBytes): void {
    if (bytes.plain.length > 0) this.res.write(this.gzip ? this.gzip.append(bytes.compressed) : bytes.plain);
  }

  end(): void {
    this.res.end(this.gzip?.tail);
  }
}
