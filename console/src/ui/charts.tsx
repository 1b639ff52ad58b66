import type { JSX } from 'preact';
import type { Day } from '../data/statistics';

/** Two shares of a whole, as one bar. */
export function ShareBar({ tagged, untagged }: { tagged: number; untagged: number }): JSX.Element {
  const whole = Math.max(1, tagged + untagged);
  const share = (100 * tagged) / whole;
  const words = `${tagged.toLocaleString('en')} tagged images, ${untagged.toLocaleString('en')} untagged`;
  return (
    <>
      <svg class="share" role="img" aria-label={words}>
        <rect class="rest" width="100%" height="100%" rx="3" />
        <rect class="part" width={`${String(share)}%`} height="100%" rx="3" />
      </svg>
      <p class="legend" aria-hidden="true">
        <span class="part">{tagged.toLocaleString('en')} tagged</span>
        <span class="rest">{untagged.toLocaleString('en')} untagged</span>
      </p>
    </>
  );
}

const height = 100;

interface DayChartProps {
  readonly title: string;
  readonly days: readonly Day[];
  readonly measure: 'created' | 'total';
}

/** Columns for what happened on a day, an area for what there was at its end. */
export function DayChart({ title, days, measure }: DayChartProps): JSX.Element {
  const most = Math.max(1, ...days.map((day) => day[measure]));
  const y = (day: Day): number => height - (height * day[measure]) / most;
  const [first, last] = [days[0], days.at(-1)];
  const area = days
    .map((day, x) => `L${String(x)} ${String(y(day))} L${String(x + 1)} ${String(y(day))}`)
    .join(' ');
  return (
    <figure class="days">
      <figcaption>
        {title}
        <span>up to {most.toLocaleString('en')}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={`${title}, ${first?.day ?? ''} to ${last?.day ?? ''}; the table below has the numbers`}
        viewBox={`0 0 ${String(days.length)} ${String(height)}`}
        preserveAspectRatio="none"
      >
        {measure === 'total' ? (
          <path d={`M0 ${String(height)} ${area} L${String(days.length)} ${String(height)} Z`} />
        ) : (
          days.map((day, x) => (
            <rect key={day.day} x={x + 0.1} width={0.8} y={y(day)} height={height - y(day)} />
          ))
        )}
      </svg>
      <p class="axis" aria-hidden="true">
        <span>{first?.day}</span>
        <span>{last?.day}</span>
      </p>
    </figure>
  );
}

export function DayTable({ days }: { days: readonly Day[] }): JSX.Element {
  return (
    <details>
      <summary>As a table</summary>
      <table class="numbers">
        <caption class="unseen">Images by day</caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col">Created</th>
            <th scope="col">Total</th>
          </tr>
        </thead>
        <tbody>
          {days
            .filter(({ created }, number) => created > 0 || number === 0 || number === days.length - 1)
            .map(({ day, created, total }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{created}</td>
                <td>{total}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
