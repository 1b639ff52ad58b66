import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Tag, tagFromName } from '../../../../src/core/tag';
import { addCall, type Call, type DialectName, dialectNames, dialects, removeCall } from '../../data/calls';
import type { ConsoleImage } from '../../data/images';
import type { Session } from '../../data/session';
import { usePreference } from '../../frame/preferences';
import { useShortcut } from '../../frame/shortcuts';
import { Choice } from '../../ui/choice';
import { count } from '../../ui/format';
import { TagField } from '../../ui/tag-field';
import { TagTable } from './tag-table';

interface TagEditorProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly onChange: (call: Call, done: string) => Promise<boolean>;
}

export function TagEditor({ image, session, onChange }: TagEditorProps): JSX.Element {
  const [dialect, setDialect] = usePreference<DialectName>('dialect', dialects, 'openstack-images');
  const field = useRef<HTMLInputElement>(null);
  const { imageId, tags } = image;
  const through = `through ${dialectNames[dialect]}`;
  const add = async (text: string): Promise<boolean> =>
    onChange(addCall(dialect, session.projectId, imageId, tagFromName(text)), `Added ${text} ${through}.`);
  const remove = async (tag: Tag): Promise<void> => {
    await onChange(removeCall(dialect, session.projectId, imageId, tag), `Removed ${tag.name} ${through}.`);
    // Its button is gone, and the focus with it.
    field.current?.focus();
  };
  return (
    <section class="card tag-editor" aria-labelledby="tags-heading">
      <div class="row">
        <h2 id="tags-heading">
          Tags <span class="faint">{count(tags.length, 'tag')}</span>
        </h2>
        <Choice
          legend="Change through"
          values={dialects}
          names={dialectNames}
          value={dialect}
          onChange={setDialect}
        />
      </div>
      <AddForm field={field} session={session} dialect={dialect} onAdd={add} />
      <TagTable tags={tags} tagText={session.about.tagText} onRemove={(tag) => void remove(tag)} />
    </section>
  );
}

interface AddFormProps {
  readonly field: { current: HTMLInputElement | null };
  readonly session: Session;
  readonly dialect: DialectName;
  readonly onAdd: (text: string) => Promise<boolean>;
}

const hints: Readonly<Record<DialectName, string>> = {
  'openstack-images': 'Any text of up to 255 characters. OpenStack keeps other values of the same key.',
  'huawei-images': 'Key and value around the first “=”. Huawei replaces other values of the key.',
  'huawei-cloudimages': 'Key and value around the first “=”. Huawei replaces other values of the key.',
};

function AddForm({ field, session, dialect, onAdd }: AddFormProps): JSX.Element {
  const [text, setText] = useState('');
  useShortcut('a', 'Add a tag', () => {
    field.current?.focus();
  });
  const add = async (): Promise<void> => {
    if (text !== '' && (await onAdd(text))) setText('');
    field.current?.focus();
  };
  return (
    <div class="add">
      <div class="inline">
        <TagField
          label="New tag"
          field={field}
          session={session}
          text={text}
          describedBy="add-hint"
          onText={setText}
          onEnter={() => void add()}
        />
        <button type="button" class="button primary" disabled={text === ''} onClick={() => void add()}>
          Add
        </button>
      </div>
      <p id="add-hint" class="hint">
        {hints[dialect]}
      </p>
    </div>
  );
}
