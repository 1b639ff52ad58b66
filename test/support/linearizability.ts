/**
 * A check that a history of calls on one thing can be told in one order (Wing and Gong, with Lowe's
 * just-in-time search): every call took effect at one moment between its beginning and its answer.
 *
 * The search walks over the answers in the order of time and keeps every way in which the history can have
 * gone so far: the thing's state, and which of the calls under way have happened. A call is made to happen only
 * when an answer needs it. No way left means that there is no such order.
 *
 * Calls whose outcome nobody knows multiply the ways. So the search first keeps only the few ways that take the
 * fewest of them: an order that it finds is an order. Only when it finds none does it keep more, at last all.
 */
export type State = number | boolean;

/** What a call saw and did, given the state before: the state afterwards, or `undefined` if that cannot be. */
export type Effect<Of extends State> = (before: Of) => Of | undefined;

export interface Call<Of extends State = boolean> {
  readonly from: number;
  /** `Infinity`: no answer that tells. It may have happened at any time since, may yet happen, or never. */
  readonly to: number;
  readonly effect: Effect<Of>;
  /** Calls without an answer that do the same thing may share a name; they are then told apart only by count. */
  readonly kind?: string;
}

/** Adding always succeeds. */
export const added = (): boolean => true;
/** Removing once: it was there. */
export const removed = (there: boolean): boolean | undefined => (there ? false : undefined);
/** Removing once: it was not. */
export const wasMissing = (there: boolean): boolean | undefined => (there ? undefined : false);
/** Removing idempotently. */
export const ensuredAbsent = (): boolean => false;
/** Reading. */
export const seen =
  (present: boolean) =>
  (there: boolean): boolean | undefined =>
    there === present ? there : undefined;

export type Verdict =
  | { readonly kind: 'linearizable' }
  /** `call` is the first whose answer fits no order; `before` are the states that were possible then. */
  | { readonly kind: 'impossible'; readonly call: number; readonly before: readonly State[] }
  /** More ways than the search may keep; nothing is known. */
  | { readonly kind: 'undecided'; readonly call: number };

/** One way in which the history can have gone. */
interface Way<Of extends State> {
  readonly state: Of;
  /** Places of the calls under way that have happened, as bits. */
  readonly done: number;
  /** How many of each kind of calls without an answer have happened. */
  readonly spent: readonly number[];
}

interface Open<Of extends State> {
  readonly effect: Effect<Of>;
  readonly bit: number;
}

interface Pool<Of extends State> {
  readonly effect: Effect<Of>;
  count: number;
}

/** A way of which another has the same state and has spent no more can do nothing that the other cannot. */
class Ways<Of extends State> {
  private readonly kept = new Map<string, Way<Of>[]>();
  size = 0;

  add(way: Way<Of>): boolean {
    const key = `${String(way.state)} ${String(way.done)}`;
    const like = this.kept.get(key) ?? [];
    if (like.some((other) => coversOf(other.spent, way.spent))) return false;
    const left = like.filter((other) => !coversOf(way.spent, other.spent));
    this.size += left.length + 1 - like.length;
    this.kept.set(key, [...left, way]);
    return true;
  }

  all(): Way<Of>[] {
    return [...this.kept.values()].flat();
  }
}

function coversOf(less: readonly number[], more: readonly number[]): boolean {
  const length = Math.max(less.length, more.length);
  for (let kind = 0; kind < length; kind++) if ((less[kind] ?? 0) > (more[kind] ?? 0)) return false;
  return true;
}

class Search<Of extends State> {
  /** Whether ways were left out, so that finding none proves nothing. */
  isNarrowed = false;
  private ways: Way<Of>[];
  private readonly open = new Map<number, Open<Of>>();
  private readonly pools: Pool<Of>[] = [];
  private readonly poolOf = new Map<string, Pool<Of>>();

  /** @param width how many ways are followed from one answer to the next */
  constructor(
    atFirst: Of,
    private readonly width: number,
  ) {
    this.ways = [{ state: atFirst, done: 0, spent: [] }];
  }

  begin(index: number, { effect, to, kind }: Call<Of>): void {
    if (to !== Infinity) {
      this.open.set(index, { effect, bit: this.freeBit() });
      return;
    }
    const name = kind ?? `call ${String(index)}`;
    const pool = this.poolOf.get(name) ?? { effect, count: 0 };
    if (pool.count++ > 0) return;
    this.poolOf.set(name, pool);
    this.pools.push(pool);
  }

  /** @returns false when no way is left in which the call has happened */
  answer(index: number): boolean {
    const call = this.open.get(index);
    if (!call) return true;
    const after = this.waysWith(call);
    if (after.length === 0) return false;
    this.open.delete(index);
    this.ways = after;
    return true;
  }

  /** The states before the last answer. */
  states(): State[] {
    return [...new Set(this.ways.map(({ state }) => state))];
  }

  /** The ways in which the call has happened, its bit taken back. */
  private waysWith({ bit }: Open<Of>): Way<Of>[] {
    const found = new Ways<Of>();
    const looked = new Ways<Of>();
    // By what they have spent, so that the cheapest way to a state is met first and stops the others.
    const byCost: Way<Of>[][] = [];
    const queue = (way: Way<Of>): void => {
      if (way.done & bit) found.add({ ...way, done: way.done & ~bit });
      else if (looked.add(way)) (byCost[costOf(way)] ??= []).push(way);
    };
    this.ways.forEach(queue);
    for (let cost = 0; cost < byCost.length; cost++) {
      const level = byCost[cost] ?? [];
      const isEnough = found.size >= this.width || looked.size >= this.width * 50;
      if (isEnough && level.length > 0) {
        this.isNarrowed = true;
        break;
      }
      for (let way = level.pop(); way; way = level.pop()) this.next(way, queue);
    }
    const all = found.all();
    if (all.length <= this.width) return all;
    this.isNarrowed = true;
    return all.sort((one, other) => costOf(one) - costOf(other)).slice(0, this.width);
  }

  /** What can happen next. */
  private next({ state, done, spent }: Way<Of>, found: (way: Way<Of>) => void): void {
    for (const { effect, bit } of this.open.values()) {
      const after = done & bit ? undefined : effect(state);
      if (after !== undefined) found({ state: after, done: done | bit, spent });
    }
    this.pools.forEach(({ effect, count }, kind) => {
      if ((spent[kind] ?? 0) >= count) return;
      const after = effect(state);
      if (after === undefined || after === state) return;
      const more = Array.from({ length: Math.max(spent.length, kind + 1) }, (_, at) => spent[at] ?? 0);
      more[kind] = (more[kind] ?? 0) + 1;
      found({ state: after, done, spent: more });
    });
  }

  private freeBit(): number {
    const taken = [...this.open.values()].reduce((bits, { bit }) => bits | bit, 0);
    for (let place = 0; place < 31; place++) if (!(taken & (1 << place))) return 1 << place;
    throw new Error('more than 31 calls at once on one thing');
  }
}

function costOf({ spent }: { readonly spent: readonly number[] }): number {
  return spent.reduce((sum, count) => sum + count, 0);
}

/** How many ways are followed, in one attempt after another. */
const widths = [32, 512, 8_192];

/** @param most how many ways are followed at last, before the search gives up */
export function checkHistory<Of extends State>(
  calls: readonly Call<Of>[],
  atFirst: Of,
  most = 50_000,
): Verdict {
  const moments = calls.flatMap(({ from, to }, index) => [
    { at: from, index, isAnswer: false },
    { at: to, index, isAnswer: true },
  ]);
  // Of two things at the same moment, a beginning is first: then the two calls overlap, which allows more.
  moments.sort((a, b) => a.at - b.at || Number(a.isAnswer) - Number(b.isAnswer));
  let verdict: Verdict = { kind: 'linearizable' };
  for (const width of [...widths.filter((narrow) => narrow < most), most]) {
    verdict = attempt(calls, moments, new Search(atFirst, width));
    if (verdict.kind !== 'undecided') break;
  }
  return verdict;
}

function attempt<Of extends State>(
  calls: readonly Call<Of>[],
  moments: readonly { readonly index: number; readonly isAnswer: boolean }[],
  search: Search<Of>,
): Verdict {
  for (const { index, isAnswer } of moments) {
    const call = calls[index];
    if (!call) continue;
    if (!isAnswer) search.begin(index, call);
    else if (call.to !== Infinity && !search.answer(index)) {
      return search.isNarrowed
        ? { kind: 'undecided', call: index }
        : { kind: 'impossible', call: index, before: search.states() };
    }
  }
  return { kind: 'linearizable' };
}

export function isLinearizable(calls: readonly Call[], atFirst: boolean): boolean {
  return checkHistory(calls, atFirst).kind === 'linearizable';
}
