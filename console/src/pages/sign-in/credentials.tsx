import type { JSX } from 'preact';
import type { About } from '../../data/session';
import { CopyButton } from '../../ui/copy-button';

interface CredentialsProps {
  readonly way: 'password' | 'token';
  readonly identity: About['identity'];
}

const inFile = 'cat .tagway/openrc';
const issue = 'openstack token issue -f value -c id';

/** Where a user who has just started a gateway finds what the form asks for. */
export function Credentials({ way, identity }: CredentialsProps): JSX.Element {
  const isPassword = way === 'password';
  const command = isPassword ? inFile : issue;
  return (
    <section class="card credentials" aria-labelledby="credentials-heading">
      <h2 id="credentials-heading">Where are my credentials?</h2>
      {isPassword ? (
        <p>
          The first start writes user, password and project to the file <code>openrc</code> in the gateway’s
          state folder, <code>.tagway</code> unless <code>TAGWAY_STATE_DIR</code> names another. With{' '}
          <code>tagway --ephemeral</code> they are printed at the start; a seed file has its own.
        </p>
      ) : (
        <p>
          {identity === 'keystone'
            ? 'This gateway asks Keystone who you are.'
            : 'Any token of a project will do.'}{' '}
          Get one with the openstack client:
        </p>
      )}
      <div class="snippet">
        <pre tabIndex={0} role="region" aria-label="Command">
          {command}
        </pre>
        <CopyButton text={command} label="Copy the command" />
      </div>
      <a href="/docs/identity">More about identity</a>
    </section>
  );
}
