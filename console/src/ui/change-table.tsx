import type { ComponentChildren, JSX } from 'preact';
import { tagFromName } from '../../../src/core/tag';
import { dialectNames } from '../data/calls';
import type { TagChange } from '../data/history';
import { href } from '../frame/router';
import { moment } from './format';
import { hueOf } from './tag-chips';

const names: Readonly<Record<string, string>> = {
  ...dialectNames,
  tagway: 'Native API',
  'identity-v3': 'Identity',
  seed: 'Seed',
  import: 'Import',
  admin: 'Admin',
  unrecorded: 'Not recorded',
};

interface ChangeTableProps {
  readonly changes: readonly TagChange[];
  readonly caption: string;
  /** Whether each change says of which image it is. */
  readonly hasImages?: boolean;
  readonly actionsOf?: (change: TagChange) => ComponentChildren;
}

/** Who changed which tags, when and through which dialect. */
export function ChangeTable({
  changes,
  caption,
  hasImages = false,
  actionsOf,
}: ChangeTableProps): JSX.Element {
  return (
    <table class="card table changes">
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">When (UTC)</th>
          {hasImages && <th scope="col">Image</th>}
          <th scope="col">Change</th>
          <th scope="col">By</th>
          {actionsOf && (
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={`${change.image} ${String(change.revision)}`}>
            <td>
              <time dateTime={change.at}>{moment(change.at)}</time>
              <div class="faint">Revision {change.revision}</div>
            </td>
            {hasImages && (
              <td>
                <a href={href(`images/${encodeURIComponent(change.image)}`)}>{change.image}</a>
              </td>
            )}
            <td>
              <ChangedTags added={change.added} removed={change.removed} />
              {change.reverts !== null && <div class="faint">Goes back to revision {change.reverts}</div>}
            </td>
            <td>
              {change.by.user_name || 'unknown'}
              <div class="faint">
                {names[change.by.dialect] ?? change.by.dialect} · {change.by.operation}
              </div>
              {change.by.request_id !== null && <div class="faint request-id">{change.by.request_id}</div>}
            </td>
            {actionsOf && <td class="actions">{actionsOf(change)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ChangedTagsProps {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function ChangedTags({ added, removed }: ChangedTagsProps): JSX.Element {
  if (added.length + removed.length === 0) return <span class="faint">No tags</span>;
  return (
    <ul class="chips">
      {removed.map((name) => (
        <ChangedTag key={`-${name}`} sign="−" word="Removed" name={name} />
      ))}
      {added.map((name) => (
        <ChangedTag key={`+${name}`} sign="+" word="Added" name={name} />
      ))}
    </ul>
  );
}

interface ChangedTagProps {
  readonly sign: string;
  readonly word: string;
  readonly name: string;
}

function ChangedTag({ sign, word, name }: ChangedTagProps): JSX.Element {
  return (
    <li class={`chip ${hueOf(tagFromName(name).key)}`}>
      <span class="unseen">{word} </span>
      <span aria-hidden="true">{sign} </span>
      {name}
    </li>
  );
}
