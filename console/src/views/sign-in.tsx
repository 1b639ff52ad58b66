import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../exchange';
import { Choice } from '../parts/choice';
import { ViewHeading } from '../parts/heading';
import { Brand } from '../parts/header';
import { Notice } from '../parts/notice';
import { type About, type Session, signInByPassword, signInByToken } from '../session';

interface SignInProps {
  readonly about: About;
  readonly notice: string;
  readonly onSignedIn: (session: Session) => void;
}

const ways = ['password', 'token'] as const;
type Way = (typeof ways)[number];
const wayNames = { password: 'Password', token: 'Token' };

export function SignInView({ about, notice, onSignedIn }: SignInProps): JSX.Element {
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
      <form class="card" onSubmit={(event) => void submit(event)}>
        <ViewHeading title="Sign in" />
        <Notice kind={fault === '' ? 'done' : 'error'} text={fault === '' ? notice : fault} />
        {hasPasswords && (
          <Choice legend="With" values={ways} names={wayNames} value={way} onChange={setWay} />
        )}
        {way === 'password' ? <PasswordFields /> : <TokenField />}
        <button type="submit" disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}

function signIn(about: About, way: Way, field: (name: string) => string): Promise<Session> {
  if (way === 'token') return signInByToken(about, field('token').trim());
  return signInByPassword(about, {
    user: field('user'),
    password: field('password'),
    project: field('project'),
  });
}

function textOf(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' ? value : '';
}

function PasswordFields(): JSX.Element {
  return (
    <>
      <label>
        User <input name="user" autocomplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <label>
        Project <input name="project" autocomplete="organization" required />
      </label>
    </>
  );
}

function TokenField(): JSX.Element {
  return (
    <label>
      Token of a project <input name="token" type="password" autocomplete="off" required />
      <small>
        For example from <code>openstack token issue -f value -c id</code>. It stays in this tab; signing out
        does not end it.
      </small>
    </label>
  );
}
