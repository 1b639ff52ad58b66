import { MapPinOff } from 'lucide';
import type { JSX } from 'preact';
import { PageHeading } from '../ui/heading';
import { EmptyState } from '../ui/states';

export function NotFound(): JSX.Element {
  return (
    <>
      <PageHeading title="Page not found" />
      <EmptyState icon={MapPinOff} title="There is no page at this address">
        <a class="button primary" href="#/images">
          Go to images
        </a>
      </EmptyState>
    </>
  );
}
