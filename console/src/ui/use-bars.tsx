import { ChevronRight } from 'lucide';
import type { JSX } from 'preact';
import type { Use } from '../data/statistics';
import { Icon } from './icon';

interface UseBarsProps {
  readonly caption: string;
  readonly what: string;
  readonly uses: readonly Use[];
  /** Where a bar leads. */
  readonly hrefOf: (text: string) => string;
  /** A second way from each bar. */
  readonly more?: More;
}

interface More {
  readonly label: (text: string) => string;
  readonly isChosen: (text: string) => boolean;
  readonly onChoose: (text: string) => void;
}

/** A table whose numbers are drawn as well, so that the picture is not needed. */
export function UseBars({ caption, what, uses, hrefOf, more }: UseBarsProps): JSX.Element {
  const most = Math.max(1, ...uses.map(([, count]) => count));
  return (
    <table class="bars">
      <caption class="unseen">{caption}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{what}</th>
          <th scope="col">Tags</th>
          {more && <th scope="col">Values</th>}
        </tr>
      </thead>
      <tbody>
        {uses.map((use) => (
          <BarRow key={use[0]} use={use} most={most} hrefOf={hrefOf} more={more} />
        ))}
      </tbody>
    </table>
  );
}

interface BarRowProps {
  readonly use: Use;
  readonly most: number;
  readonly hrefOf: (text: string) => string;
  readonly more: More | undefined;
}

function BarRow({ use: [text, count], most, hrefOf, more }: BarRowProps): JSX.Element {
  return (
    <tr class={more?.isChosen(text) === true ? 'chosen' : undefined}>
      <th scope="row">
        <a href={hrefOf(text)}>{text === '' ? 'no value' : text}</a>
      </th>
      <td class="bar-cell">
        <a href={hrefOf(text)} tabIndex={-1} aria-hidden="true" title={`Show ${String(count)} images`}>
          <svg class="bar" focusable="false">
            <rect class="rest" width="100%" height="100%" rx="3" />
            <rect width={`${String((100 * count) / most)}%`} height="100%" rx="3" />
          </svg>
        </a>
        <span>{count.toLocaleString('en')}</span>
      </td>
      {more && (
        <td class="act">
          <button
            type="button"
            class="button icon-only small"
            aria-pressed={more.isChosen(text)}
            aria-label={more.label(text)}
            title={more.label(text)}
            onClick={() => {
              more.onChoose(text);
            }}
          >
            <Icon icon={ChevronRight} size={14} />
          </button>
        </td>
      )}
    </tr>
  );
}
