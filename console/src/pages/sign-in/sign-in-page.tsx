import { KeyRound } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import { type About, type Session, signInByPassword, signInByToken } from '../../data/session';
import { Brand } from '../../frame/top-bar';
import { Choice } from '../../ui/choice';
import { PageHeading } from '../../ui/heading';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { version } from '../../frame/version';
import { Credentials } from './credentials';

interface SignInProps {
  readonly about: About;
  readonly notice: string;
  readonly onSignedIn: (session: Session) => void;
}

const ways = ['password', 'token'] as const;
type Way = (typeof ways)[number];
const wayNames = { password: 'Password', token: 'Token' };

export function SignInPage({ about, notice, onSignedIn }: SignInProps): JSX.Element {
  const hasPasswords = about.identity === 'embedded';
  const [way, setWay] = useState<Way>(hasPasswords ? 'password' : 'token');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setFault('');
    try {
      onSignedIn(await signIn(about, way, (name) => textOf(given, name)));
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <Brand />
      <form class="card form" onSubmit={(event) => void submit(event)}>
        <PageHeading title="Sign in" />
        <Notice kind={fault === '' ? 'done' : 'error'} text={fault === '' ? notice : fault} />
        {hasPasswords && (
          <Choice legend="With" values={ways} names={wayNames} value={way} onChange={setWay} />
        )}
        {way === 'password' ? <PasswordFields /> : <TokenField />}
        <button type="submit" class="button primary large" disabled={isBusy}>
          <Icon icon={KeyRound} />
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
      <Credentials way={way} identity={about.identity} />
      <p class="hint centered">
        Tagway {version} · <a href="/docs">Documentation</a>
      </p>
    </main>
  );
}

function signIn(about: About, way: Way, field: (name: string) => string): Promise<Session> {
  if (way === 'token') return signInByToken(about, field('token').trim());
  return signInByPassword(about, {
    user: field('user'),
    password: field('password'),
    project: field('project').trim(),
  });
}

function textOf(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' ? value : '';
}

function PasswordFields(): JSX.Element {
  return (
    <>
      <label class="field">
        User <input name="user" autocomplete="username" required />
      </label>
      <label class="field">
        Password <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <label class="field">
        Project (optional)
        <input name="project" autocomplete="organization" aria-describedby="project-hint" />
        <small id="project-hint">Empty: the first of yours. You can switch later.</small>
      </label>
    </>
  );
}

function TokenField(): JSX.Element {
  return (
    <label class="field">
      Project token <input name="token" type="password" autocomplete="off" required />
      <small>It stays in this tab. Signing out does not revoke it.</small>
    </label>
  );
}
