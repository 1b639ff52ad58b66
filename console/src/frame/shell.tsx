import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../data/session';
import { pages } from '../pages/index';
import { HelpSheet } from './help-sheet';
import { NotFound } from './not-found';
import type { Page, PageProps } from './page';
import { matchPath, navigate, type Place, usePlace } from './router';
import { listenForShortcuts, useShortcut } from './shortcuts';
import { TopBar } from './top-bar';
import { Icon } from '../ui/icon';

interface ShellProps {
  readonly session: Session;
  readonly onSession: (session: Session) => void;
  readonly onSignOut: () => void;
}

/** What surrounds every page. */
export function Shell({ session, onSession, onSignOut }: ShellProps): JSX.Element {
  const place = usePlace();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = (): void => {
    setHelpOpen(true);
  };
  useEffect(listenForShortcuts, []);
  useShortcut('?', 'Show keyboard shortcuts', openHelp);
  const found = findPage(place);
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <TopBar session={session} onSession={onSession} onSignOut={onSignOut} onHelp={openHelp} />
      <Navigation section={found?.page.section} />
      <main id="content" tabIndex={-1}>
        {found ? (
          <found.page.View key={viewKey(found, session)} {...propsOf(found, session, place)} />
        ) : (
          <NotFound />
        )}
      </main>
      {isHelpOpen && (
        <HelpSheet
          onClose={() => {
            setHelpOpen(false);
          }}
        />
      )}
    </div>
  );
}

interface Found {
  readonly page: Page;
  readonly params: PageProps['params'];
}

function findPage({ path }: Place): Found | undefined {
  const wanted = path === '' ? 'images' : path;
  for (const page of pages) {
    const params = matchPath(page.path, wanted);
    if (params) return { page, params };
  }
  return undefined;
}

function propsOf({ params }: Found, session: Session, place: Place): PageProps {
  return { session, place, params };
}

/** Another image, or another project, is another page: nothing is carried over. */
function viewKey({ page, params }: Found, session: Session): string {
  return [page.path, session.projectId, ...Object.values(params)].join(' ');
}

/** What follows `#` is the route, so the browser cannot do it. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Navigation({ section }: { section: string | undefined }): JSX.Element {
  return (
    <nav class="nav" aria-label="Main">
      {pages.map(
        (page) => page.nav && <NavLink key={page.path} page={page} nav={page.nav} section={section} />,
      )}
    </nav>
  );
}

interface NavLinkProps {
  readonly page: Page;
  readonly nav: NonNullable<Page['nav']>;
  readonly section: string | undefined;
}

function NavLink({ page, nav, section }: NavLinkProps): JSX.Element {
  useShortcut(`g ${nav.key}`, `Go to ${nav.title}`, () => {
    navigate(`#/${page.path}`);
  });
  return (
    <a href={`#/${page.path}`} aria-current={page.section === section ? 'page' : undefined}>
      <Icon icon={nav.icon} size={18} />
      {nav.title}
    </a>
  );
}
