import type { MetricValueWithName, Registry } from 'prom-client';

/** Counts of values by size. To add one costs a few comparisons; prom-client's own builds a text of its labels. */
export class Tally {
  /** One more than there are bounds: the last is for what is greater than all of them. */
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

/** A histogram as prom-client's registries take one, whose values are put together when they are asked for. */
export class TalliedHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly tallies: { readonly labels: Labels; readonly tally: Tally }[] = [];

  constructor(
    registry: Registry,
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {
    // A registry asks a metric only for what is here; its declaration names prom-client's own four classes.
    registry.registerMetric(this as never);
  }

  /** One series; to be kept by whoever adds to it. */
  tally(labels: Labels = {}): Tally {
    const tally = new Tally(this.bounds);
    this.tallies.push({ labels, tally });
    return tally;
  }

  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const { name, help, type, aggregator } = this;
    const values = this.tallies.flatMap(({ labels, tally }) => this.valuesOf(labels, tally));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  private valuesOf(labels: Labels, { counts, sum }: Tally): Value[] {
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
