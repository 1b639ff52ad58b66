import type { TagPair } from '../../src/core/tag';
import type { Effect } from './linearizability';

/**
 * The tags that a history of one image is about, and what each call does to them. The image as a whole is the
 * thing that is checked: its state is a number, one bit for each text. So a batch is one step, a list shows
 * one state, and a batch of which others saw a part fits no order. With few texts there are few states, and the
 * search stays small; only clients that race on few tags find anything anyway.
 */
export class TagSpace {
  readonly keys: readonly string[];
  /** Two for each key: the key alone and `key=1`. */
  readonly texts: readonly string[];
  readonly empty = 0;

  /** @param name begins every key; no other image has them */
  constructor(name: string, count: number) {
    this.keys = Array.from({ length: count }, (_, index) => `${name}-${String.fromCharCode(97 + index)}`);
    this.texts = this.keys.flatMap((key) => [key, `${key}=1`]);
  }

  /** The state in which there are just these; null when one of them is no text of this space. */
  stateOf(texts: readonly string[]): number | null {
    let state = 0;
    for (const text of texts) {
      if (!this.texts.includes(text)) return null;
      state |= this.bit(text);
    }
    return state;
  }

  textsOf(state: number): string[] {
    return this.texts.filter((text) => state & this.bit(text));
  }

  put(text: string): Effect<number> {
    return (state) => state | this.bit(text);
  }

  /** The same for two changes that do the same. */
  nameOf(effect: Effect<number>): string {
    return Array.from({ length: 2 ** this.texts.length }, (_, state) => effect(state)).join();
  }

  /** The text, or every text of the key, that was there. */
  removed(what: string | { key: string }): Effect<number> {
    const bits = this.bitsOf(what);
    return (state) => (state & bits ? state & ~bits : undefined);
  }

  missing(what: string | { key: string }): Effect<number> {
    const bits = this.bitsOf(what);
    return (state) => (state & bits ? undefined : state);
  }

  /** Whether it was there or not. */
  dropped(what: string | { key: string }): Effect<number> {
    const bits = this.bitsOf(what);
    return (state) => state & ~bits;
  }

  /** Each key's texts give way to the one. */
  set(pairs: readonly TagPair[]): Effect<number> {
    const going = pairs.reduce((bits, { key }) => bits | this.bitsOf({ key }), 0);
    const coming = pairs.reduce((bits, pair) => bits | this.bit(textOf(pair)), 0);
    return (state) => (state & ~going) | coming;
  }

  /** A pair without a value takes the whole key. */
  removedPairs(pairs: readonly TagPair[]): Effect<number> {
    const going = pairs.reduce(
      (bits, pair) => bits | (pair.value === '' ? this.bitsOf({ key: pair.key }) : this.bit(textOf(pair))),
      0,
    );
    return (state) => state & ~going;
  }

  replaced(texts: readonly string[]): Effect<number> {
    const after = this.stateOf(texts) ?? 0;
    return () => after;
  }

  /** All of them, as a list shows them. A text that nobody ever wrote, or whose write was refused, cannot be. */
  shown(texts: readonly string[]): Effect<number> {
    const seen = this.stateOf(texts);
    return (state) => (state === seen ? state : undefined);
  }

  has(text: string, there: boolean): Effect<number> {
    return (state) => (((state & this.bit(text)) !== 0) === there ? state : undefined);
  }

  private bit(text: string): number {
    return 1 << this.texts.indexOf(text);
  }

  private bitsOf(what: string | { key: string }): number {
    return typeof what === 'string' ? this.bit(what) : this.bit(what.key) | this.bit(`${what.key}=1`);
  }
}

export function textOf({ key, value }: TagPair): string {
  return value === '' ? key : `${key}=${value}`;
}

/** A refused change, and a call that reads nothing of the image. */
export const unchanged: Effect<number> = (state) => state;
