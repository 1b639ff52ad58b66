import type { IconNode } from 'lucide';
import { h, type JSX } from 'preact';

/** A drawing beside a text, or in a button that has a label: never the only name of anything. */
export function Icon({ icon, size = 16 }: { icon: IconNode; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {icon.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
