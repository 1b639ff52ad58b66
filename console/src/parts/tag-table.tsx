import type { JSX } from 'preact';
import type { Tag } from '../../../src/core/tag';
import { spell, spellingNames, type TagText } from '../tags';
import { PairText } from './image-table';

interface TagTableProps {
  readonly tags: readonly Tag[];
  readonly tagText: TagText;
  readonly onRemove: (tag: Tag) => void;
}

/** Every tag in all three spellings. */
export function TagTable({ tags, tagText, onRemove }: TagTableProps): JSX.Element {
  if (tags.length === 0) return <p class="none">This image has no tags.</p>;
  return (
    <table class="tags">
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
        {tags.map((tag) => (
          <tr key={tag.name}>
            <th scope="row">
              <span class="chip">{tag.name}</span>
            </th>
            <td data-label={spellingNames.pair}>
              <span class="chip">
                <PairText tag={tag} />
              </span>
            </td>
            <td data-label={spellingNames.v1}>
              <span class="chip">{spell(tag, 'v1', tagText)}</span>
            </td>
            <td class="act">
              <button
                type="button"
                class="quiet"
                aria-label={`Remove ${tag.name}`}
                onClick={() => {
                  onRemove(tag);
                }}
              >
                Remove
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
