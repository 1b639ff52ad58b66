import type { MetricValueWithName, Registry } from 'prom-client';

/** Counts of values by size. Adding one costs a few comparisons; prom-client's own builds a text of its labels. */
export class BucketCounts {
  /** One more than there are bounds: the last counts values above all of them. */
  readonly counts: number[];
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    let at = 0;
    while (value > (this.bounds[at] ?? Infinity)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
  }
}

type Labels = Readonly<Record<string, string | number>>;
type Value = MetricValueWithName<string>;

/** A histogram for prom-client's registries, whose values are assembled on a scrape. */
export class TalliedHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly tallies: { readonly labels: Labels; readonly tally: BucketCounts }[] = [];

  constructor(
    registry: Registry,
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {
    // A registry needs only these members; its declaration names prom-client's own four classes.
    registry.registerMetric(this as never);
  }

  /** One series; the caller keeps it. */
  tally(labels: Labels = {}): BucketCounts {
    const tally = new BucketCounts(this.bounds);
    this.tallies.push({ labels, tally });
    return tally;
  }

  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const { name, help, type, aggregator } = this;
    const values = this.tallies.flatMap(({ labels, tally }) => this.valuesOf(labels, tally));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  private valuesOf(labels: Labels, { counts, sum }: BucketCounts): Value[] {
    let count = 0;
    const buckets = counts.map((more, at): Value => {
      count += more;
      const le = this.bounds[at] ?? '+Inf';
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
