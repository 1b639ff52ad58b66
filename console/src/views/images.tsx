import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { errorText } from '../exchange';
import { type Filter, parseExpression } from '../expression';
import { type ImagePage, searchImages } from '../images';
import { Choice } from '../parts/choice';
import { ExchangePanel } from '../parts/exchange-panel';
import { ViewHeading } from '../parts/heading';
import { ImageTable } from '../parts/image-table';
import { noNotice, Notice, type NoticeText } from '../parts/notice';
import type { Session } from '../session';
import { type Spelling, spellingNames, spellings } from '../tags';

const pageSize = 20;

/** Kept while one looks at an image and comes back. */
let last = { text: '', offset: 0, spelling: 'plain' as Spelling };

export function ImagesView({ session }: { session: Session }): JSX.Element {
  const [text, setText] = useState(last.text);
  const [spelling, setSpelling] = useState<Spelling>(last.spelling);
  const [page, setPage] = useState<ImagePage & { readonly offset: number }>();
  const [notice, setNotice] = useState<NoticeText>(noNotice);
  const search = useCallback(
    async (expression: string, offset: number): Promise<void> => {
      const found = await searched(session, expression, offset);
      setNotice(found.notice);
      if (found.page) setPage({ ...found.page, offset });
    },
    [session],
  );
  useEffect(() => {
    void search(last.text, last.offset);
  }, [search]);
  const go = (expression: string, offset: number): void => {
    last = { ...last, text: expression, offset };
    void search(expression, offset);
  };
  return (
    <>
      <ViewHeading title="Images" />
      <SearchForm
        text={text}
        onText={setText}
        onSearch={() => {
          go(text, 0);
        }}
      />
      <div class="row">
        <Notice {...notice} />
        <Choice
          legend="Tags as"
          values={spellings}
          names={spellingNames}
          value={spelling}
          onChange={(chosen) => {
            last = { ...last, spelling: chosen };
            setSpelling(chosen);
          }}
        />
      </div>
      {page && (
        <Found
          page={page}
          session={session}
          spelling={spelling}
          onPage={(to) => {
            go(last.text, to);
          }}
        />
      )}
    </>
  );
}

interface Searched {
  readonly notice: NoticeText;
  readonly page?: ImagePage;
}

async function searched(session: Session, expression: string, offset: number): Promise<Searched> {
  const parsed = parseExpression(expression);
  if ('fault' in parsed) return { notice: { kind: 'error', text: parsed.fault } };
  try {
    const page = await searchImages(session, parsed.filter, pageSize, offset);
    return { page, notice: { kind: 'done', text: foundText(page, offset, parsed.filter) } };
  } catch (error) {
    return { notice: { kind: 'error', text: errorText(error) } };
  }
}

function foundText({ total, images }: ImagePage, offset: number, filter: Filter): string {
  const asksAll = filter.all.length + filter.none.length === 0 && !filter.untagged && filter.name === null;
  if (total === 0) return asksAll ? 'The project has no images.' : 'No image is so tagged.';
  const range = `${String(offset + 1)} to ${String(offset + images.length)}`;
  return images.length === 0 ? `${String(total)} images` : `Images ${range} of ${String(total)}`;
}

interface SearchFormProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSearch: () => void;
}

function SearchForm({ text, onText, onSearch }: SearchFormProps): JSX.Element {
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch();
      }}
    >
      <label>
        Search by tags
        <input
          type="search"
          value={text}
          spellcheck={false}
          autocomplete="off"
          aria-describedby="search-hint"
          onInput={(event) => {
            onText(event.currentTarget.value);
          }}
        />
      </label>
      <button type="submit">Search</button>
      <small id="search-hint">
        <code>env=prod</code> has the pair, <code>golden</code> has the key, <code>-os=win|mac</code> has
        neither, <code>untagged</code>, <code>name:base</code>. All must hold; quotation marks keep spaces.
      </small>
    </form>
  );
}

interface FoundProps {
  readonly page: ImagePage & { readonly offset: number };
  readonly session: Session;
  readonly spelling: Spelling;
  readonly onPage: (offset: number) => void;
}

function Found({ page, session, spelling, onPage }: FoundProps): JSX.Element {
  const { total, images, offset, exchange } = page;
  const turn = (title: string, to: number, isThere: boolean): JSX.Element => (
    <button
      type="button"
      class="quiet"
      disabled={!isThere}
      onClick={() => {
        onPage(to);
      }}
    >
      {title}
    </button>
  );
  return (
    <>
      {images.length > 0 && (
        <ImageTable images={images} spelling={spelling} tagText={session.about.tagText} />
      )}
      {total > pageSize && (
        <nav class="paging" aria-label="Pages">
          {turn('Earlier page', Math.max(0, offset - pageSize), offset > 0)}
          {turn('Next page', offset + pageSize, offset + pageSize < total)}
        </nav>
      )}
      <ExchangePanel exchange={exchange} projectId={session.projectId} open={false} />
    </>
  );
}
