import { X } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visibilities } from '../../../../src/core/image';
import { tagFromName } from '../../../../src/core/tag';
import type { Session } from '../../data/session';
import { Icon } from '../../ui/icon';
import { hueOf } from '../../ui/tag-chips';
import { TagField } from '../../ui/tag-field';

interface CreateFieldsProps {
  readonly session: Session;
  readonly tags: readonly string[];
  readonly onTags: (tags: readonly string[]) => void;
}

export function CreateFields({ session, tags, onTags }: CreateFieldsProps): JSX.Element {
  return (
    <>
      <label class="field">
        Name
        <input name="name" autocomplete="off" maxLength={255} placeholder="debian-12" />
      </label>
      <TagsOfNew session={session} tags={tags} onTags={onTags} />
      <label class="field">
        Visibility
        <select name="visibility">
          {['shared', ...visibilities.filter((one) => one !== 'shared')].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function TagsOfNew({ session, tags, onTags }: CreateFieldsProps): JSX.Element {
  const [text, setText] = useState('');
  const add = (): void => {
    const tag = text.trim();
    if (tag === '') return;
    if (!tags.includes(tag)) onTags([...tags, tag]);
    setText('');
  };
  return (
    <div class="field">
      <span id="new-tags">Tags</span>
      <div class="inline">
        <TagField label="New tag" session={session} text={text} onText={setText} onEnter={add} />
        <button type="button" class="button" onClick={add}>
          Add
        </button>
      </div>
      {tags.length > 0 && (
        <ul class="chips" aria-labelledby="new-tags">
          {tags.map((tag) => (
            <li key={tag} class={`chip ${hueOf(tagFromName(tag).key)}`}>
              {tag}
              <button
                type="button"
                aria-label={`Remove ${tag}`}
                onClick={() => {
                  onTags(tags.filter((other) => other !== tag));
                }}
              >
                <Icon icon={X} size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
