import type { JSX } from 'preact';
import type { Tag } from '../../../src/core/tag';
import type { ConsoleImage } from '../images';
import { spell, type Spelling, type TagText } from '../tags';

interface ImageTableProps {
  readonly images: readonly ConsoleImage[];
  readonly spelling: Spelling;
  readonly tagText: TagText;
}

export function ImageTable({ images, spelling, tagText }: ImageTableProps): JSX.Element {
  return (
    <table class="card images">
      <caption class="unseen">Images and their tags</caption>
      <thead>
        <tr>
          <th scope="col">Image</th>
          <th scope="col">Tags</th>
          <th scope="col">Status</th>
          <th scope="col">Made (UTC)</th>
        </tr>
      </thead>
      <tbody>
        {images.map((image) => (
          <tr key={image.imageId}>
            <th scope="row">
              <a href={`#/images/${encodeURIComponent(image.imageId)}`}>{image.name || 'without a name'}</a>
              <small>{image.imageId}</small>
            </th>
            <td>
              <Chips tags={image.tags} spelling={spelling} tagText={tagText} />
            </td>
            <td>{image.status}</td>
            <td>{image.createdAt === null ? 'hidden' : moment(image.createdAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `2026-11-21 08:15`, UTC as in every answer. */
export function moment(text: string): string {
  return text.slice(0, 16).replace('T', ' ');
}

interface ChipsProps {
  readonly tags: readonly Tag[];
  readonly spelling: Spelling;
  readonly tagText: TagText;
}

function Chips({ tags, spelling, tagText }: ChipsProps): JSX.Element {
  if (tags.length === 0) return <span class="none">no tags</span>;
  return (
    <ul class="chips">
      {tags.map((tag) => (
        <li key={tag.name} class="chip">
          {spelling === 'pair' ? <PairText tag={tag} /> : spell(tag, spelling, tagText)}
        </li>
      ))}
    </ul>
  );
}

/** Key and value as two parts, so that a `/` in either is no riddle. */
export function PairText({ tag }: { tag: Tag }): JSX.Element {
  return (
    <span class="pair">
      <span class="key">{tag.key}</span>
      {tag.value !== '' && <span class="value">{tag.value}</span>}
    </span>
  );
}
