import type { ComponentChildren, JSX } from 'preact';
import type { ConsoleImage } from '../../data/images';
import { CopyButton } from '../../ui/copy-button';
import { bytes, moment } from '../../ui/format';
import { StatusBadge } from '../../ui/status-badge';

export function ImageFacts({ image }: { image: ConsoleImage }): JSX.Element {
  const { imageId, status, visibility, size, diskFormat, createdAt, updatedAt } = image;
  return (
    <dl class="card facts">
      <Fact name="ID" isWide>
        <code>{imageId}</code>
        <CopyButton text={imageId} label="Copy the ID" isIconOnly />
      </Fact>
      <Fact name="Status">
        <StatusBadge status={status} />
      </Fact>
      <Fact name="Visibility">{visibility}</Fact>
      <Fact name="Data">{size === null ? 'none' : `${bytes(size)} ${diskFormat ?? ''}`}</Fact>
      <Fact name="Created (UTC)">{moment(createdAt)}</Fact>
      <Fact name="Updated (UTC)">{moment(updatedAt)}</Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}

function Fact({ name, children, isWide = false }: FactProps): JSX.Element {
  return (
    <div class={isWide ? 'wide' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
