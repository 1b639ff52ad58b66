import type { JSX } from 'preact';
import type { Route } from '../route';
import type { Session } from '../session';

const views = [
  { view: 'images', title: 'Images' },
  { view: 'statistics', title: 'Statistics' },
  { view: 'requests', title: 'Requests' },
] as const;

interface HeaderProps {
  readonly session: Session;
  readonly view: Route['view'];
  readonly onSignOut: () => void;
}

export function Header({ session, view, onSignOut }: HeaderProps): JSX.Element {
  const here = view === 'image' ? 'images' : view;
  return (
    <header class="header">
      <Brand />
      <nav aria-label="Views">
        {views.map(({ view: name, title }) => (
          <a key={name} href={`#/${name}`} aria-current={here === name ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <p class="who">
        <strong>{session.user}</strong>
        <span title="project">{session.projectId}</span>
      </p>
      {session.token !== null && (
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      )}
    </header>
  );
}

export function Brand(): JSX.Element {
  return (
    <p class="brand">
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
      Tagway
    </p>
  );
}
