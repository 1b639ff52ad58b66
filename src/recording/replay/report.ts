import type { Difference } from './compare';
import type { ReplayBindings } from './replay-bindings';
import { findFirstDifference } from './placeholders';
import type { ReplayOutcome, ReplayedExchange } from './replay';

/** Characters that are shown around the place where two bodies part. */
const around = 60;

/** What a replay has found, for people. */
export function replayReport({ played, skipped }: ReplayOutcome, correspondence: ReplayBindings): string {
  const differing = played.filter(({ differences }) => differences.length > 0);
  const lines = [
    ...differing.flatMap((one) => [
      heading(one),
      ...one.differences.flatMap((each) => shown(each, correspondence)),
    ]),
    ...skipped.map(({ exchange, reason }) => `${line(exchange)}\n  not played: ${reason}`),
    `${String(played.length - differing.length)} of ${String(played.length)} exchanges are answered as recorded` +
      (skipped.length === 0 ? '' : `; ${String(skipped.length)} were not played`),
  ];
  return lines.join('\n');
}

function heading({ exchange }: ReplayedExchange): string {
  return line(exchange);
}

function line({ number, request }: ReplayedExchange['exchange']): string {
  return `#${String(number)} ${request.method} ${request.target}`;
}

function shown(difference: Difference, correspondence: ReplayBindings): string[] {
  const { part, recorded, actual } = difference;
  const [before, after] =
    part === 'headers' ? lineDifferences(difference, correspondence) : [recorded, actual];
  const parting = findFirstDifference(before, after, correspondence);
  return [
    `  ${part}`,
    `    recorded: ${excerpt(before, parting?.inRecorded ?? 0)}`,
    `    here:     ${excerpt(after, parting?.inActual ?? 0)}`,
  ];
}

/** Headers are compared as lines, of which only those that differ are shown. */
function lineDifferences({ recorded, actual }: Difference, correspondence: ReplayBindings): [string, string] {
  const [before, after] = [recorded.split('\n'), actual.split('\n')];
  const isIn = (one: string, others: readonly string[], swap: boolean): boolean =>
    others.some(
      (other) => findFirstDifference(swap ? other : one, swap ? one : other, correspondence) === null,
    );
  return [
    before.filter((one) => !isIn(one, after, false)).join('; '),
    after.filter((one) => !isIn(one, before, true)).join('; '),
  ];
}

/** Ids stand in it as they were recorded. A control character must not reach the terminal. */
function excerpt(text: string, at: number): string {
  const from = text.length <= 2 * around ? 0 : Math.max(0, at - around);
  const piece = text.slice(from, from + 2 * around).replaceAll(/\$\{ID:([^${}]+)\}/g, '$1');
  const whole = `${from > 0 ? '…' : ''}${piece}${from + 2 * around < text.length ? '…' : ''}`;
  return whole === '' ? '(nothing)' : whole.replace(/\p{C}/gu, ' ');
}
