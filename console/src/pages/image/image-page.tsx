import { Tags } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call } from '../../data/calls';
import { ask, errorText, type Exchange, ServerRefusal } from '../../data/exchange';
import { showImage } from '../../data/images';
import { useResource } from '../../data/use-resource';
import type { Page, PageProps } from '../../frame/page';
import { href } from '../../frame/router';
import { ExchangePanel } from '../../ui/exchange-panel';
import { PageHeading } from '../../ui/heading';
import { noNotice, Notice, type NoticeText } from '../../ui/notice';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { ImageActions } from './image-actions';
import { ImageFacts } from './image-facts';
import { ImageHistory } from './image-history';
import { TagEditor } from './tag-editor';

export const imagePage: Page = { path: 'images/:imageId', section: 'images', View: ImagePage };

function ImagePage({ session, place, params }: PageProps): JSX.Element {
  const imageId = params['imageId'] ?? '';
  const image = useResource(imageId, (signal) => showImage(session, imageId, signal));
  const [notice, setNotice] = useState<NoticeText>(noNotice);
  const [exchange, setExchange] = useState<Exchange>();
  const change = async (call: Call, done: string): Promise<boolean> => {
    const made = await changed(session.token, call);
    if (made.exchange) setExchange(made.exchange);
    image.reload();
    setNotice(made.fault === null ? { kind: 'done', text: done } : { kind: 'error', text: made.fault });
    return made.fault === null;
  };
  const { value, error } = image;
  return (
    <>
      <a class="back" href={href('images')}>
        ← All images
      </a>
      <PageHeading title={value ? value.name || 'Unnamed image' : 'Image'}>
        {value && <ImageActions image={value} session={session} onChange={image.reload} />}
      </PageHeading>
      {error && !value && <Failed error={error} onRetry={image.reload} />}
      {!error && !value && <Loading what="the image" />}
      {value && <ImageFacts image={value} />}
      <Notice {...notice} />
      {value && <TagEditor image={value} session={session} onChange={change} />}
      {value && <ImageHistory image={value} session={session} place={place} onChange={image.reload} />}
      {exchange && <ExchangePanel exchange={exchange} projectId={session.projectId} />}
    </>
  );
}

async function changed(
  token: string | null,
  call: Call,
): Promise<{ readonly exchange?: Exchange; readonly fault: string | null }> {
  try {
    return { exchange: await ask(call, token), fault: null };
  } catch (error) {
    const fault = errorText(error);
    return error instanceof ServerRefusal ? { exchange: error.exchange, fault } : { fault };
  }
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }): JSX.Element {
  if (!(error instanceof ServerRefusal) || error.status !== 404) {
    return <ErrorState error={error} onRetry={onRetry} />;
  }
  return (
    <EmptyState icon={Tags} title="Image not found">
      <p role="alert">It was deleted, or it belongs to a project that you cannot see.</p>
      <a class="button primary" href={href('images')}>
        Show all images
      </a>
    </EmptyState>
  );
}
