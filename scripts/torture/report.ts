import type { Round } from './round';

/** What is asked of every round. */
export interface Limits {
  /** ms */
  readonly recovery: number;
  /** ms */
  readonly answer: number;
}

export function isWell(round: Round, limits: Limits): boolean {
  const { lost, nonLinearizable, undecided, unexpected, feedFaults, isDamaged, recovery, slowest } = round;
  if (lost + nonLinearizable + undecided + unexpected + feedFaults > 0 || isDamaged) return false;
  return recovery !== null && recovery <= limits.recovery && slowest <= limits.answer;
}

const titles = [
  'fault',
  'rounds',
  'operations',
  'unknown',
  'refused',
  'lost',
  'non-linearizable',
  'unexpected',
  'feed events',
  'resumes',
  '410',
  'feed faults',
  'damaged',
  'slowest recovery s',
  'slowest answer s',
];

export function table(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.map(({ fault }) => fault))];
  const rows = names.map((name) =>
    row(
      name,
      rounds.filter(({ fault }) => fault === name),
    ),
  );
  const cells = [titles, ...rows, row('all', rounds)];
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function row(name: string, rounds: readonly Round[]): string[] {
  const sum = (of: (round: Round) => number): string =>
    String(rounds.reduce((total, round) => total + of(round), 0));
  const most = (of: (round: Round) => number): string =>
    (Math.max(0, ...rounds.map(of)) / 1000).toFixed(1).replace('Infinity', 'never');
  return [
    name,
    String(rounds.length),
    sum(({ operations }) => operations),
    sum(({ unknown }) => unknown),
    sum(({ refused }) => refused),
    sum(({ lost }) => lost),
    sum(({ nonLinearizable, undecided }) => nonLinearizable + undecided),
    sum(({ unexpected }) => unexpected),
    sum(({ events }) => events),
    sum(({ resumes }) => resumes),
    sum(({ expired }) => expired),
    sum(({ feedFaults }) => feedFaults),
    sum(({ isDamaged }) => Number(isDamaged)),
    most(({ recovery }) => recovery ?? Infinity),
    most(({ slowest }) => slowest),
  ];
}
