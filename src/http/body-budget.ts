import { HttpFault } from './errors';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Bodies up to this length (bytes) never wait. */
export const smallBodyBytes = 64 * kibibyte;

/** An arriving body: its bytes so far, and how to refuse it. */
interface Arriving {
  bytes: number;
  isWhole: boolean;
  readonly refuse: () => void;
}

/** A body's part of a budget. */
export interface BudgetShare {
  readonly add: (bytes: number) => void;
  /** It has arrived in full, and is no longer refused. */
  readonly whole: () => void;
  readonly release: () => void;
}

/**
 * Bounds the bytes of bodies kept in memory. When there is no room, the body that has been arriving longest is
 * refused: an active client is done within milliseconds, one that holds back what it announced is the first to
 * go.
 */
export class ArrivingBodyBudget {
  private held = 0;
  private readonly bodies = new Set<Arriving>();

  constructor(private readonly most: number) {}

  /** @param refuse called at most once, when others need the room */
  begin(refuse: () => void): BudgetShare {
    const body: Arriving = { bytes: 0, isWhole: false, refuse };
    this.bodies.add(body);
    return {
      add: (bytes) => {
        body.bytes += bytes;
        this.held += bytes;
        this.makeRoom();
      },
      whole: () => {
        body.isWhole = true;
      },
      release: () => {
        this.release(body);
      },
    };
  }

  private makeRoom(): void {
    for (const body of this.bodies) {
      if (this.held <= this.most) return;
      if (body.isWhole || body.bytes === 0) continue;
      this.release(body);
      body.refuse();
    }
  }

  private release(body: Arriving): void {
    if (!this.bodies.delete(body)) return;
    this.held -= body.bytes;
  }
}

/** Allocates room in bytes; waits in line, for a limited time, while too few are free. */
export class ByteSemaphore {
  private free: number;
  private readonly line: { readonly bytes: number; readonly enter: () => void }[] = [];

  /** @param waitMs maximum wait */
  constructor(
    most: number,
    private readonly waitMs: number,
  ) {
    this.free = most;
  }

  /** @returns a function to release the room @throws HttpFault rate-limited when the wait is over */
  async enter(bytes: number): Promise<() => void> {
    if (this.line.length > 0 || bytes > this.free) await this.waitForRoom(bytes);
    else this.free -= bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.leave(bytes);
      isHeld = false;
    };
  }

  private waitForRoom(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.line.splice(this.line.indexOf(place), 1);
        reject(new HttpFault({ kind: 'rate-limited', seconds: 1 }));
        this.admit();
      }, this.waitMs);
      const place = {
        bytes,
        enter: () => {
          clearTimeout(late);
          resolve();
        },
      };
      this.line.push(place);
    });
  }

  private leave(bytes: number): void {
    this.free += bytes;
    this.admit();
  }

  private admit(): void {
    for (let first = this.line[0]; first && first.bytes <= this.free; first = this.line[0]) {
      this.line.shift();
      this.free -= first.bytes;
      first.enter();
    }
  }
}

/**
 * Memory budgets for bodies in this process. Until its signature is checked, a sender is untrusted: such bodies are
 * read only if there is room for their full length.
 */
export const bodyBudgets = {
  /** Small bodies of unknown senders: logins and signed requests. */
  unknown: new ArrivingBodyBudget(32 * mebibyte),
  /** Large ones; four of the largest that a signature may cover. */
  unknownLarge: new ByteSemaphore(48 * mebibyte, 10_000),
  /** Bodies of authenticated senders. */
  known: new ArrivingBodyBudget(96 * mebibyte),
};
