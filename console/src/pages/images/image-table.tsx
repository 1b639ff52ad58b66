import { ArrowDown, ArrowUp } from 'lucide';
import type { JSX } from 'preact';
import type { SortField } from '../../../../src/console/image-search';
import type { ConsoleImage, ImageQuery } from '../../data/images';
import type { Session } from '../../data/session';
import { bytes, moment } from '../../ui/format';
import { CopyButton } from '../../ui/copy-button';
import { Icon } from '../../ui/icon';
import { StatusBadge } from '../../ui/status-badge';
import { TagChips, termFor } from '../../ui/tag-chips';
import { imagesHref, withTerm } from './image-query';
import { useSpelling } from './toolbar';

interface ImageTableProps {
  readonly images: readonly ConsoleImage[];
  readonly query: ImageQuery;
  readonly session: Session;
  readonly onChange: (changes: Partial<ImageQuery>) => void;
}

export function ImageTable({ images, query, session, onChange }: ImageTableProps): JSX.Element {
  const heading = (title: string, field: SortField): JSX.Element => (
    <SortHeading title={title} field={field} query={query} onChange={onChange} />
  );
  return (
    <table class="card table images">
      <caption class="unseen">Images and their tags</caption>
      <thead>
        <tr>
          {heading('Image', 'name')}
          <th scope="col">Tags</th>
          {heading('Status', 'status')}
          {heading('Size', 'size')}
          {heading('Created (UTC)', 'created')}
        </tr>
      </thead>
      <tbody>
        {images.map((image) => (
          <ImageRow key={image.imageId} image={image} query={query} session={session} />
        ))}
      </tbody>
    </table>
  );
}

interface SortHeadingProps {
  readonly title: string;
  readonly field: SortField;
  readonly query: ImageQuery;
  readonly onChange: (changes: Partial<ImageQuery>) => void;
}

function SortHeading({ title, field, query, onChange }: SortHeadingProps): JSX.Element {
  const isHere = query.sort === field;
  const isDescending = query.order === 'desc';
  const first = field === 'name' || field === 'status' ? 'asc' : 'desc';
  const next = isHere ? (isDescending ? 'asc' : 'desc') : first;
  return (
    <th scope="col" aria-sort={isHere ? (isDescending ? 'descending' : 'ascending') : undefined}>
      <button
        type="button"
        class="sort"
        onClick={() => {
          onChange({ sort: field, order: next });
        }}
      >
        {title}
        {isHere && <Icon icon={isDescending ? ArrowDown : ArrowUp} size={14} />}
      </button>
    </th>
  );
}

interface ImageRowProps {
  readonly image: ConsoleImage;
  readonly query: ImageQuery;
  readonly session: Session;
}

function ImageRow({ image, query, session }: ImageRowProps): JSX.Element {
  const [spelling] = useSpelling();
  const { imageId, name, tags, status, size, createdAt } = image;
  return (
    <tr>
      <th scope="row">
        <a href={`#/images/${encodeURIComponent(imageId)}`}>{name || 'Unnamed image'}</a>
        <span class="id">
          <code>{imageId}</code>
          <CopyButton text={imageId} label={`Copy the ID of ${name || imageId}`} isIconOnly />
        </span>
      </th>
      <td class="tags-cell">
        <TagChips
          tags={tags}
          spelling={spelling}
          tagText={session.about.tagText}
          hrefOf={(tag) => imagesHref({ ...query, page: 1, q: withTerm(query.q, termFor(tag)) })}
        />
      </td>
      <td>
        <StatusBadge status={status} />
      </td>
      <td class="number" data-label="Size">
        {bytes(size)}
      </td>
      <td class="time" data-label="Created">
        {moment(createdAt)}
      </td>
    </tr>
  );
}
