import { HttpFault } from './errors';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Bodies up to this length (bytes) wait for nothing. */
export const smallBody = 64 * kibibyte;

/** A body that comes in: its bytes so far, and how to refuse it. */
interface Arriving {
  bytes: number;
  isWhole: boolean;
  readonly refuse: () => void;
}

/** A body's part of a budget. */
export interface Place {
  readonly add: (bytes: number) => void;
  /** All of it has come: it is not refused any more. */
  readonly whole: () => void;
  readonly release: () => void;
}

/**
 * Bounds the bytes of bodies that are kept in memory. When there is no room, the one that has been on its way for
 * longest is refused: a client that sends on is done within milliseconds, one that holds back what it announced is
 * the first to go.
 */
export class ArrivalBudget {
  private held = 0;
  private readonly bodies = new Set<Arriving>();

  constructor(private readonly most: number) {}

  /** @param refuse called at most once, when others need the room */
  begin(refuse: () => void): Place {
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

/** Gives out room in bytes; who finds none waits in line, for a while. */
export class RoomInLine {
  private free: number;
  private readonly line: { readonly bytes: number; readonly enter: () => void }[] = [];

  /** @param waitMs how long one waits at most */
  constructor(
    most: number,
    private readonly waitMs: number,
  ) {
    this.free = most;
  }

  /** @returns what gives the room back @throws HttpFault rate-limited when it comes too late */
  async enter(bytes: number): Promise<() => void> {
    if (this.line.length > 0 || bytes > this.free) await this.turn(bytes);
    else this.free -= bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.leave(bytes);
      isHeld = false;
    };
  }

  private turn(bytes: number): Promise<void> {
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
 * What the bodies in this process may take. Before a signature is checked the sender is anybody: such bodies are
 * read only when there is room for all of their length.
 */
export const budgets = {
  /** Small bodies of unknown senders: logins and signed requests. */
  unknown: new ArrivalBudget(32 * mebibyte),
  /** Large ones; four of the largest that a signature may cover. */
  unknownLarge: new RoomInLine(48 * mebibyte, 10_000),
  /** Bodies of those who have shown who they are. */
  known: new ArrivalBudget(96 * mebibyte),
};
