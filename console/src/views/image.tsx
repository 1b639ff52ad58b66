import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Tag, tagFromName } from '../../../src/core/tag';
import { addCall, type Call, type DialectName, dialectNames, dialects, removeCall } from '../calls';
import { ask, errorText, type Exchange, ServerRefusal } from '../exchange';
import { type ConsoleImage, showImage } from '../images';
import { Choice } from '../parts/choice';
import { ExchangePanel } from '../parts/exchange-panel';
import { ViewHeading } from '../parts/heading';
import { moment } from '../parts/image-table';
import { noNotice, Notice, type NoticeText } from '../parts/notice';
import { TagTable } from '../parts/tag-table';
import type { Session } from '../session';

/** Kept from one image to the next. */
let lastDialect: DialectName = 'openstack-images';

interface ImageProps {
  readonly session: Session;
  readonly imageId: string;
}

export function ImageView({ session, imageId }: ImageProps): JSX.Element {
  const [image, setImage] = useState<ConsoleImage>();
  const [notice, setNotice] = useState<NoticeText>(noNotice);
  const [exchange, setExchange] = useState<Exchange>();
  const load = useCallback(async (): Promise<void> => {
    try {
      setImage(await showImage(session, imageId));
    } catch (error) {
      setNotice({ kind: 'error', text: errorText(error) });
    }
  }, [session, imageId]);
  useEffect(() => {
    void load();
  }, [load]);
  const change = async (call: Call, done: string): Promise<boolean> => {
    const made = await changed(session, call);
    if (made.exchange) setExchange(made.exchange);
    await load();
    setNotice(made.fault === null ? { kind: 'done', text: done } : { kind: 'error', text: made.fault });
    return made.fault === null;
  };
  return (
    <>
      <a class="back" href="#/images">
        All images
      </a>
      <ViewHeading title={image?.name || 'Image'} />
      {image && <Facts image={image} />}
      <Notice {...notice} />
      {image && <TagEditor image={image} session={session} onChange={change} />}
      {exchange && <ExchangePanel exchange={exchange} projectId={session.projectId} open />}
    </>
  );
}

async function changed(
  session: Session,
  call: Call,
): Promise<{ readonly exchange?: Exchange; readonly fault: string | null }> {
  try {
    return { exchange: await ask(call, session.token), fault: null };
  } catch (error) {
    const fault = errorText(error);
    return error instanceof ServerRefusal ? { exchange: error.exchange, fault } : { fault };
  }
}

function Facts({ image }: { image: ConsoleImage }): JSX.Element {
  const facts = [
    ['Id', image.imageId],
    ['Status', image.status],
    ['Visibility', image.visibility ?? ''],
    ['Made (UTC)', moment(image.createdAt ?? '')],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface TagEditorProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly onChange: (call: Call, done: string) => Promise<boolean>;
}

function TagEditor({ image, session, onChange }: TagEditorProps): JSX.Element {
  const [dialect, setDialect] = useState<DialectName>(lastDialect);
  const field = useRef<HTMLInputElement>(null);
  const { imageId } = image;
  const through = `through ${dialectNames[dialect]}`;
  const add = async (text: string): Promise<boolean> =>
    onChange(addCall(dialect, session.projectId, imageId, tagFromName(text)), `Added ${text} ${through}.`);
  const remove = async (tag: Tag): Promise<void> => {
    await onChange(removeCall(dialect, session.projectId, imageId, tag), `Removed ${tag.name} ${through}.`);
    // Its button is gone, and the focus with it.
    field.current?.focus();
  };
  return (
    <section class="card" aria-label="Tags">
      <div class="row">
        <h2>Tags</h2>
        <Choice
          legend="Change through"
          values={dialects}
          names={dialectNames}
          value={dialect}
          onChange={(chosen) => {
            lastDialect = chosen;
            setDialect(chosen);
          }}
        />
      </div>
      <AddForm field={field} onAdd={add} />
      <TagTable tags={image.tags} tagText={session.about.tagText} onRemove={(tag) => void remove(tag)} />
    </section>
  );
}

interface AddFormProps {
  readonly field: { current: HTMLInputElement | null };
  readonly onAdd: (text: string) => Promise<boolean>;
}

function AddForm({ field, onAdd }: AddFormProps): JSX.Element {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = field.current;
    if (input && (await onAdd(input.value))) input.value = '';
  };
  return (
    <form class="add" onSubmit={(event) => void submit(event)}>
      <label>
        New tag
        <input
          ref={field}
          required
          spellcheck={false}
          autocomplete="off"
          aria-describedby="add-hint"
          placeholder="env=prod"
        />
      </label>
      <button type="submit">Add</button>
      <small id="add-hint">Plain text; Huawei takes what is before the first = for the key.</small>
    </form>
  );
}
