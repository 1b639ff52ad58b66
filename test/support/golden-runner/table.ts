import type { Outcome } from './run-case';

/** Groups as the recordings' ids begin. */
function groupOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

/** The outcomes by group, as a table of markdown. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const groups = [...new Set(outcomes.map(({ id }) => groupOf(id)))].sort();
  const rows = groups.map((group) =>
    rowOf(
      group,
      outcomes.filter(({ id }) => groupOf(id) === group),
    ),
  );
  return [
    '| group | cases | exact | diverging | failing | by |',
    '|---|---|---|---|---|---|',
    ...rows,
    rowOf('all', outcomes),
  ].join('\n');
}

function rowOf(group: string, outcomes: readonly Outcome[]): string {
  const count = (kind: Outcome['kind']): string =>
    String(outcomes.filter((outcome) => outcome.kind === kind).length);
  const by = [...new Set(outcomes.flatMap((outcome) => outcome.by))].sort(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  );
  const cells = [group, String(outcomes.length), count('exact'), count('diverging'), count('failing')];
  return `| ${[...cells, by.join(' ')].join(' | ')} |`;
}

/** Markdown's tables are padded where they are kept. */
export function unspaced(text: string): string {
  return text.replace(/ +/g, '').replace(/-+/g, '-');
}
