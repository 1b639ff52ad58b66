import { X } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Tag } from '../../../../src/core/tag';
import { spellingNames, type TagText } from '../../data/tags';
import { href } from '../../frame/router';
import { count } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { hueOf, TagLabel, termFor } from '../../ui/tag-chips';

interface TagTableProps {
  readonly tags: readonly Tag[];
  readonly tagText: TagText;
  readonly onRemove: (tag: Tag) => void;
}

/** From so many tags on there is a field to find some. */
const many = 12;

/** Every tag in all three spellings. */
export function TagTable({ tags, tagText, onRemove }: TagTableProps): JSX.Element {
  const [filter, setFilter] = useState('');
  if (tags.length === 0) return <p class="faint">This image has no tags yet.</p>;
  const found = tags.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      {tags.length >= many && (
        <label class="field filter">
          Filter tags
          <input
            type="search"
            value={filter}
            onInput={(event) => {
              setFilter(event.currentTarget.value);
            }}
          />
          <small role="status">{filter === '' ? '' : `${count(found.length, 'tag')} match`}</small>
        </label>
      )}
      <table class="table tags">
        <caption class="unseen">Tags of this image, as each dialect writes them</caption>
        <thead>
          <tr>
            <th scope="col">{spellingNames.plain} (OpenStack)</th>
            <th scope="col">{spellingNames.pair} (Huawei v2)</th>
            <th scope="col">{spellingNames.v1} (Huawei v1)</th>
            <th scope="col">
              <span class="unseen">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((tag) => (
            <TagRow key={tag.name} tag={tag} tagText={tagText} onRemove={onRemove} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface TagRowProps {
  readonly tag: Tag;
  readonly tagText: TagText;
  readonly onRemove: (tag: Tag) => void;
}

function TagRow({ tag, tagText, onRemove }: TagRowProps): JSX.Element {
  const chip = `chip ${hueOf(tag.key)}`;
  return (
    <tr>
      <th scope="row">
        <a class={chip} href={href('images', { q: termFor(tag) })} title={`Find images with ${tag.name}`}>
          <TagLabel tag={tag} spelling="plain" tagText={tagText} />
        </a>
      </th>
      <td data-label={spellingNames.pair}>
        <span class={chip}>
          <TagLabel tag={tag} spelling="pair" tagText={tagText} />
        </span>
      </td>
      <td data-label={spellingNames.v1}>
        <span class={chip}>
          <TagLabel tag={tag} spelling="v1" tagText={tagText} />
        </span>
      </td>
      <td class="act">
        <button
          type="button"
          class="button icon-only small"
          aria-label={`Remove ${tag.name}`}
          title={`Remove ${tag.name}`}
          onClick={() => {
            onRemove(tag);
          }}
        >
          <Icon icon={X} size={14} />
        </button>
      </td>
    </tr>
  );
}
