import { type Call, checkHistory, type Effect, type Verdict } from './linearizability';
import type { TagSpace } from './tag-space';
import type { Answer } from './wire';

/** An image under load: its tags, and what clients have asked of it and heard. */
export interface WatchedImage {
  readonly id: string;
  readonly tags: TagSpace;
  readonly atFirst: number;
  readonly calls: RecordedCall[];
}

export interface RecordedCall extends Call<number> {
  readonly what: string;
  readonly heard: string;
  /** One of the last reads, after all changes. */
  readonly isLast: boolean;
}

/** What an answer tells of an image. */
export interface Fact {
  readonly image: WatchedImage;
  readonly effect: Effect<number>;
}

/** A call that a client can make of a gateway. */
export interface Question {
  readonly what: string;
  readonly ask: () => Promise<Answer>;
  /** What it does when nobody hears the answer; null for reads and for what must be refused. */
  readonly unheard: Fact | null;
  /** What the answer tells; null when this call must not be answered so. */
  readonly told: (answer: Answer) => readonly Fact[] | null;
}

export interface Unexpected {
  readonly what: string;
  readonly status: number;
  readonly text: string;
}

/** Counts and odd answers of all clients; the facts themselves are with the images. */
export class Record {
  operations = 0;
  unknown = 0;
  refused = 0;
  /** ms */
  slowest = 0;
  slowestWhat = '';
  readonly unexpected: Unexpected[] = [];
  /** What was heard in place of an answer, for a person: the first of them. */
  readonly unanswered: string[] = [];

  /** @returns false when the outcome is unknown, or there was nothing to learn @param isLast see RecordedCall */
  async ask(question: Question, isLast = false): Promise<boolean> {
    const from = performance.now();
    const answer = await question.ask().catch((error: unknown) => String(error));
    const to = performance.now();
    this.operations++;
    if (to - from > this.slowest) {
      this.slowest = to - from;
      this.slowestWhat = question.what;
    }
    const facts = this.factsOf(question, answer);
    const heard = typeof answer === 'string' ? answer : String(answer.status);
    const { what, unheard } = question;
    if (facts) {
      for (const { image, effect } of facts) image.calls.push({ from, to, effect, what, heard, isLast });
      return true;
    }
    this.unknown++;
    if (this.unanswered.length < 20) this.unanswered.push(`${what}: ${textOf(answer)}`);
    if (unheard) {
      const { image, effect } = unheard;
      const kind = image.tags.nameOf(effect);
      image.calls.push({ from, to: Infinity, effect, kind, what, heard, isLast });
    }
    return false;
  }

  /** Null: it may have happened. A 503 says just that; anything else that a call cannot be answered is a fault. */
  private factsOf({ what, told }: Question, answer: Answer | string): readonly Fact[] | null {
    if (typeof answer === 'string' || answer.status === 503) return null;
    const facts = told(answer);
    if (facts) {
      if (answer.status >= 400) this.refused++;
      return facts;
    }
    this.unexpected.push({ what, status: answer.status, text: answer.text.slice(0, 200) });
    return null;
  }
}

function textOf(answer: Answer | string): string {
  return typeof answer === 'string' ? answer : `${String(answer.status)} ${answer.text.slice(0, 200)}`;
}

export interface Fault {
  readonly kind: 'lost' | 'non-linearizable' | 'undecided';
  readonly image: string;
  /** For a person: the call that fits no order, the states that were possible, and what went on around it. */
  readonly story: string;
}

/** @returns null when the image's history can be told in one order */
export function faultOf(image: WatchedImage): Fault | null {
  const verdict = checkHistory(image.calls, image.atFirst);
  if (verdict.kind === 'linearizable') return null;
  const call = image.calls[verdict.call];
  const lost = verdict.kind === 'impossible' && call?.isLast === true;
  const kind = verdict.kind === 'undecided' ? 'undecided' : lost ? 'lost' : 'non-linearizable';
  return { kind, image: image.id, story: storyOf(image, verdict) };
}

function storyOf({ calls, tags }: WatchedImage, verdict: Exclude<Verdict, { kind: 'linearizable' }>): string {
  const culprit = calls[verdict.call];
  if (!culprit) return '';
  const line = (call: RecordedCall): string =>
    `  ${call.from.toFixed(1)} – ${call.to.toFixed(1)} ms: ${call.what} → ${call.heard}`;
  const before = verdict.kind === 'impossible' ? verdict.before : [];
  const states = before.slice(0, 8).map((state) => `{${tags.textsOf(Number(state)).join(', ')}}`);
  const around = calls
    .filter((call) => call !== culprit && call.from < culprit.to && call.to > culprit.from - 100)
    .sort((a, b) => b.from - a.from)
    .slice(0, 12);
  return [line(culprit), `  possible before: ${states.join(' or ')}`, ...around.reverse().map(line)].join(
    '\n',
  );
}
