import type { IconNode } from 'lucide';
import type { JSX } from 'preact';
import type { Session } from '../data/session';
import type { Place } from './router';

/** One page of the console. A new page is a module in `pages/` and a line in `pages/index.ts`. */
export interface Page {
  /** `images/:imageId` */
  readonly path: string;
  /** The entry of the navigation that is marked while the page is shown. */
  readonly section: string;
  /** Its own entry in the navigation; `key` is pressed after `g`. */
  readonly nav?: { readonly title: string; readonly icon: IconNode; readonly key: string };
  readonly View: (props: PageProps) => JSX.Element;
}

export interface PageProps {
  readonly session: Session;
  readonly place: Place;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string>>;
}
