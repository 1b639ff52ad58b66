import { Plus, Tags } from 'lucide';
import type { JSX } from 'preact';
import { CopyButton } from '../../ui/copy-button';
import { Icon } from '../../ui/icon';
import { EmptyState } from '../../ui/states';

const commands = 'openstack image create my-first-image --tag env=dev\nopenstack image list --tag env=dev';

/** The project is empty: how to make a first image. */
export function FirstImage({ onCreate }: { onCreate: () => void }): JSX.Element {
  return (
    <EmptyState icon={Tags} title="No images yet">
      <p>Create one here, or from a shell with the openstack client:</p>
      <div class="snippet">
        <pre tabIndex={0} role="region" aria-label="Commands">
          {commands}
        </pre>
        <CopyButton text={commands} label="Copy the commands" />
      </div>
      <div class="actions">
        <button type="button" class="button primary" onClick={onCreate}>
          <Icon icon={Plus} />
          Create the first image
        </button>
        <a class="button" href="/docs/start">
          Read how to start
        </a>
      </div>
    </EmptyState>
  );
}
