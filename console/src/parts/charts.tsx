import type { JSX } from 'preact';
import type { Day, Use } from '../statistics';

interface UseBarsProps {
  readonly caption: string;
  readonly what: string;
  readonly uses: readonly Use[];
  /** For bars that lead further: what a press on one does, and which one is shown. */
  readonly onChoose?: (text: string) => void;
  readonly chosen?: string | null;
}

/** A table whose numbers are drawn as well, so that nobody needs the picture. */
export function UseBars({ caption, what, uses, onChoose, chosen }: UseBarsProps): JSX.Element {
  const most = Math.max(1, ...uses.map(([, count]) => count));
  return (
    <table class="bars">
      <caption class="unseen">{caption}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{what}</th>
          <th scope="col">Tags</th>
        </tr>
      </thead>
      <tbody>
        {uses.map(([text, count]) => (
          <tr key={text} class={onChoose && text === chosen ? 'chosen' : undefined}>
            <th scope="row">
              {onChoose ? (
                <KeyButton text={text} isChosen={text === chosen} onChoose={onChoose} />
              ) : (
                named(text)
              )}
            </th>
            <td>
              <svg class="bar" aria-hidden="true" focusable="false">
                <rect width={`${String((100 * count) / most)}%`} height="100%" rx="2" />
              </svg>
              <span>{count.toLocaleString('en')}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface KeyButtonProps {
  readonly text: string;
  readonly isChosen: boolean;
  readonly onChoose: (text: string) => void;
}

function KeyButton({ text, isChosen, onChoose }: KeyButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="link"
      aria-pressed={isChosen}
      aria-label={`Values of ${text}`}
      onClick={() => {
        onChoose(text);
      }}
    >
      {text}
    </button>
  );
}

function named(text: string): string {
  return text === '' ? 'no value' : text;
}

/** Two shares of a whole, as one bar. */
export function ShareBar({ tagged, untagged }: { tagged: number; untagged: number }): JSX.Element {
  const whole = Math.max(1, tagged + untagged);
  const share = (100 * tagged) / whole;
  const words = `${tagged.toLocaleString('en')} images with tags, ${untagged.toLocaleString('en')} without`;
  return (
    <>
      <svg class="share" role="img" aria-label={words}>
        <rect class="rest" width="100%" height="100%" rx="3" />
        <rect class="part" width={`${String(share)}%`} height="100%" rx="3" />
      </svg>
      <p class="legend" aria-hidden="true">
        <span class="part">{tagged.toLocaleString('en')} with tags</span>
        <span class="rest">{untagged.toLocaleString('en')} without</span>
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
            <th scope="col">Made</th>
            <th scope="col">In all</th>
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
