import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface HeadingProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** The one heading of a page. It takes the focus, so that a screen reader says that the page has changed. */
export function PageHeading({ title, children }: HeadingProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tagway`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class="heading">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  );
}
