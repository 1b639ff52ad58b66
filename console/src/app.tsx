import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { errorText, tokenRefused } from './exchange';
import { Header } from './parts/header';
import { type Route, useRoute } from './route';
import { type About, readAbout, resume, type Session, signOut } from './session';
import { ImageView } from './views/image';
import { ImagesView } from './views/images';
import { RequestsView } from './views/requests';
import { SignInView } from './views/sign-in';
import { StatisticsView } from './views/statistics';

type State =
  | { readonly kind: 'starting'; readonly fault: string }
  | { readonly kind: 'signed-out'; readonly about: About; readonly notice: string }
  | { readonly kind: 'signed-in'; readonly session: Session };

export function App(): JSX.Element {
  const [state, setState] = useState<State>({ kind: 'starting', fault: '' });
  useEffect(() => {
    void start(setState);
  }, []);
  useEffect(() => {
    const leave = (): void => {
      setState((now) =>
        now.kind === 'signed-in' ? signedOut(now.session, 'Your token has ended: sign in again.') : now,
      );
    };
    addEventListener(tokenRefused, leave);
    return () => {
      removeEventListener(tokenRefused, leave);
    };
  }, []);
  if (state.kind === 'starting') return <p class="start">{state.fault || 'Starting …'}</p>;
  if (state.kind === 'signed-out') {
    const enter = (session: Session): void => {
      setState({ kind: 'signed-in', session });
    };
    return <SignInView about={state.about} notice={state.notice} onSignedIn={enter} />;
  }
  const { session } = state;
  return (
    <Frame
      session={session}
      onSignOut={() => {
        setState(signedOut(session, 'You are signed out.'));
      }}
    />
  );
}

async function start(setState: (state: State) => void): Promise<void> {
  try {
    const about = await readAbout();
    const session = await resume(about);
    setState(session ? { kind: 'signed-in', session } : { kind: 'signed-out', about, notice: '' });
  } catch (error) {
    setState({ kind: 'starting', fault: errorText(error) });
  }
}

function signedOut(session: Session, notice: string): State {
  void signOut(session);
  return { kind: 'signed-out', about: session.about, notice };
}

function Frame({ session, onSignOut }: { session: Session; onSignOut: () => void }): JSX.Element {
  const route = useRoute();
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to the content
      </a>
      <Header session={session} view={route.view} onSignOut={onSignOut} />
      <main id="content" tabIndex={-1}>
        <View route={route} session={session} />
      </main>
    </>
  );
}

/** What follows `#` is the route, so the browser cannot do it. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function View({ route, session }: { route: Route; session: Session }): JSX.Element {
  switch (route.view) {
    case 'images':
      return <ImagesView session={session} />;
    case 'image':
      return <ImageView key={route.imageId} session={session} imageId={route.imageId} />;
    case 'statistics':
      return <StatisticsView session={session} />;
    case 'requests':
      return <RequestsView session={session} />;
  }
}
