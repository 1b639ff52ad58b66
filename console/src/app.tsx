import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { tokenRefused } from './data/exchange';
import { type About, readAbout, resume, type Session, signOut } from './data/session';
import { Shell } from './frame/shell';
import { Toasts } from './frame/toasts';
import { SignInPage } from './pages/sign-in/sign-in-page';
import { ErrorState } from './ui/states';

type State =
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'signed-out'; readonly about: About; readonly notice: string }
  | { readonly kind: 'signed-in'; readonly session: Session };

export function App(): JSX.Element {
  const [state, setState] = useState<State>({ kind: 'starting' });
  useEffect(() => {
    void start(setState);
  }, []);
  useEffect(() => {
    const leave = (): void => {
      setState((now) =>
        now.kind === 'signed-in' ? signedOut(now.session, 'Your session has expired. Sign in again.') : now,
      );
    };
    addEventListener(tokenRefused, leave);
    return () => {
      removeEventListener(tokenRefused, leave);
    };
  }, []);
  return (
    <>
      <Content state={state} setState={setState} />
      <Toasts />
    </>
  );
}

interface ContentProps {
  readonly state: State;
  readonly setState: (state: State) => void;
}

function Content({ state, setState }: ContentProps): JSX.Element {
  const enter = (session: Session): void => {
    setState({ kind: 'signed-in', session });
  };
  switch (state.kind) {
    case 'starting':
      return <p class="start">Loading …</p>;
    case 'failed':
      return (
        <main class="narrow">
          <ErrorState error={state.error} onRetry={() => void start(setState)} />
        </main>
      );
    case 'signed-out':
      return <SignInPage about={state.about} notice={state.notice} onSignedIn={enter} />;
    case 'signed-in': {
      const leave = (): void => {
        setState(signedOut(state.session, 'You are signed out.'));
      };
      return <Shell session={state.session} onSession={enter} onSignOut={leave} />;
    }
  }
}

async function start(setState: (state: State) => void): Promise<void> {
  try {
    const about = await readAbout();
    const session = await resume(about);
    setState(session ? { kind: 'signed-in', session } : { kind: 'signed-out', about, notice: '' });
  } catch (error) {
    setState({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  }
}

function signedOut(session: Session, notice: string): State {
  void signOut(session);
  return { kind: 'signed-out', about: session.about, notice };
}
