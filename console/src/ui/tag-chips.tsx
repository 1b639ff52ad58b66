import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatTagTerm } from '../../../src/console/expression';
import type { Tag } from '../../../src/core/tag';
import { spell, type Spelling, type TagText } from '../data/tags';

const hues = 8;

/** One colour a key, so that the eye finds it in the next row. */
export function hueOf(key: string): string {
  let sum = 0;
  for (const sign of key) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 9973;
  return `hue-${String(sum % hues)}`;
}

/** The term of the search that finds the tag. */
export function termFor({ key, value }: Tag): string {
  return formatTagTerm(key, value === '' ? null : value);
}

interface ChipsProps {
  readonly tags: readonly Tag[];
  readonly spelling: Spelling;
  readonly tagText: TagText;
  /** Where a press on a tag leads. */
  readonly hrefOf: (tag: Tag) => string;
  /** More than these are shown on request. */
  readonly most?: number;
}

export function TagChips({ tags, spelling, tagText, hrefOf, most = 6 }: ChipsProps): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if (tags.length === 0) return <span class="faint">No tags</span>;
  // One more takes no more room than saying so.
  const shown = isWhole || tags.length <= most + 1 ? tags : tags.slice(0, most);
  const rest = tags.length - shown.length;
  return (
    <ul class="chips">
      {shown.map((tag) => (
        <li key={tag.name}>
          <a class={`chip ${hueOf(tag.key)}`} href={hrefOf(tag)} title={`Find images with ${tag.name}`}>
            <TagLabel tag={tag} spelling={spelling} tagText={tagText} />
          </a>
        </li>
      ))}
      {tags.length > most + 1 && (
        <li>
          <button
            type="button"
            class="chip more"
            aria-expanded={isWhole}
            onClick={() => {
              setWhole(!isWhole);
            }}
          >
            {isWhole ? 'Show fewer' : `+${String(rest)} more`}
          </button>
        </li>
      )}
    </ul>
  );
}

interface TagLabelProps {
  readonly tag: Tag;
  readonly spelling: Spelling;
  readonly tagText: TagText;
}

export function TagLabel({ tag, spelling, tagText }: TagLabelProps): JSX.Element {
  if (spelling === 'pair') return <PairText tag={tag} />;
  const text = spell(tag, spelling, tagText);
  const at = tag.value === '' ? -1 : tag.key.length;
  if (at < 0) return <>{text}</>;
  return (
    <>
      <span class="chip-key">{text.slice(0, at + 1)}</span>
      {text.slice(at + 1)}
    </>
  );
}

/** Key and value as two parts, so that a `/` in either is clear. */
function PairText({ tag }: { tag: Tag }): JSX.Element {
  return (
    <>
      <span class="chip-part">{tag.key}</span>
      {tag.value !== '' && <span class="chip-part">{tag.value}</span>}
    </>
  );
}
