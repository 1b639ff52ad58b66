import type { Random } from '../random';
import { nameOf, type SeenEvent } from './seen';

/** What one reader has seen, with the tokens to resume by. What it reads again must be what it has read before. */
export class ReaderLog {
  readonly events: SeenEvent[] = [];
  readonly faults: string[] = [];
  resumes = 0;
  private readonly places: { readonly index: number; readonly token: string }[];
  private at = 0;

  constructor(start: string) {
    this.places = [{ index: 0, token: start }];
  }

  /** The token of the last place, or of any place. */
  resume(random: Random | null): string {
    const place = random ? random.oneOf(this.places) : this.places.at(-1);
    this.at = place?.index ?? 0;
    this.resumes++;
    return place?.token ?? '';
  }

  see(event: SeenEvent): void {
    const before = this.events[this.at++];
    if (before === undefined) this.events.push(event);
    else if (before.id !== event.id || nameOf(before) !== nameOf(event)) {
      this.faults.push(`after a resume came ${nameOf(event)} in place of ${nameOf(before)}`);
    }
  }

  /** A token that stands behind the last event seen. */
  mark(token: string): void {
    if (this.at > (this.places.at(-1)?.index ?? 0)) this.places.push({ index: this.at, token });
  }

  get tokens(): readonly { readonly index: number; readonly token: string }[] {
    return this.places;
  }
}
