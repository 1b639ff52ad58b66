export interface Outcome {
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}
