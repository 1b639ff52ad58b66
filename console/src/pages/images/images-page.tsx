import { Plus, RefreshCw, Tags } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ImageQuery, searchImages } from '../../data/images';
import { useResource } from '../../data/use-resource';
import type { Page, PageProps } from '../../frame/page';
import { navigate, replace } from '../../frame/router';
import { useShortcut } from '../../frame/shortcuts';
import { PageHeading } from '../../ui/heading';
import { Icon } from '../../ui/icon';
import { CreateDialog } from './create-dialog';
import { imagesHref, readImageQuery } from './image-query';
import { Results } from './results';
import { SearchBox } from './search-box';
import { Toolbar } from './toolbar';

export const imagesPage: Page = {
  path: 'images',
  section: 'images',
  nav: { title: 'Images', icon: Tags, key: 'i' },
  View: ImagesPage,
};

function ImagesPage({ session, place }: PageProps): JSX.Element {
  const query = readImageQuery(place.query);
  const found = useResource(JSON.stringify(query), (signal) => searchImages(session, query, signal));
  const [isCreating, setCreating] = useState(false);
  /** Typing replaces the address, all else can be gone back from. */
  const go = (changes: Partial<ImageQuery>, isTyping = false): void => {
    const address = imagesHref({ ...query, page: 1, ...changes });
    if (isTyping) replace(address);
    else navigate(address);
  };
  const create = (): void => {
    setCreating(true);
  };
  useShortcut('c', 'Create an image', create);
  useShortcut('r', 'Reload', found.reload);
  return (
    <>
      <PageHeading title="Images">
        <button type="button" class="button" onClick={found.reload}>
          <Icon icon={RefreshCw} />
          Reload
        </button>
        <button type="button" class="button primary" onClick={create}>
          <Icon icon={Plus} />
          Create image
        </button>
      </PageHeading>
      <SearchBox
        key={session.projectId}
        q={query.q}
        session={session}
        onSearch={(q, isTyping) => {
          if (q.trim() !== query.q.trim()) go({ q }, isTyping);
        }}
      />
      <Toolbar query={query} onChange={go} />
      <Results found={found} query={query} session={session} onChange={go} onCreate={create} />
      {isCreating && (
        <CreateDialog
          session={session}
          onClose={() => {
            setCreating(false);
            found.reload();
          }}
        />
      )}
    </>
  );
}
