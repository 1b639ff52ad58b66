import type { Measurement } from './subjects';

/** All rounds of one workload with one number of connections. */
export interface Case {
  readonly workload: string;
  readonly connections: number;
  /** The machine's load average (one minute) when each round began. */
  readonly loads: readonly number[];
  readonly runs: ReadonlyMap<string, readonly Measurement[]>;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

const titles = [
  'subject',
  'requests/s',
  'min–max',
  'of pgbench',
  'of first',
  'p50 ms',
  'p99 ms',
  'µs node',
  'µs pg',
  'MiB',
  'failed',
];

export function table({ workload, connections, loads, runs }: Case): string {
  const rows = [...runs].map(([name, measurements]) => row(name, measurements, runs));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const load = loads.map((one) => one.toFixed(1)).join(', ');
  return [
    `\n${workload}, ${String(connections)} connections (load ${load})`,
    line(titles),
    ...rows.map(line),
    '',
  ].join('\n');
}

function row(name: string, measurements: readonly Measurement[], runs: Case['runs']): string[] {
  const rates = measurements.map(({ rate }) => rate);
  const whole = (value: number): string => (Number.isFinite(value) ? String(Math.round(value)) : '–');
  const middle = (field: keyof Measurement, digits: number): string => {
    const values = measurements.map((measurement) => measurement[field]).filter((value) => value !== null);
    return values.length === 0 ? '–' : median(values).toFixed(digits);
  };
  return [
    name,
    whole(median(rates)),
    `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`,
    ratio(measurements, runs.get('pgbench')),
    ratio(measurements, [...runs].find(([other]) => other !== 'pgbench')?.[1]),
    middle('p50', 2),
    middle('p99', 2),
    middle('gatewayCpu', 0),
    middle('postgresCpu', 0),
    middle('memory', 0),
    String(measurements.reduce((sum, { failed }) => sum + failed, 0)),
  ];
}

/** Round by round, because the machine is never twice as busy; then the middle of these. */
function ratio(ours: readonly Measurement[], theirs: readonly Measurement[] | undefined): string {
  if (!theirs || ours === theirs) return '–';
  const ratios = ours.map(({ rate }, round) => rate / (theirs[round]?.rate ?? NaN));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}
