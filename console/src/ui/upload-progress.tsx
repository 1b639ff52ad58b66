import type { JSX } from 'preact';
import { bytes } from './format';

interface UploadProgressProps {
  /** 0 to 1; null: nothing is being sent */
  readonly share: number | null;
  readonly file: File | null;
}

export function UploadProgress({ share, file }: UploadProgressProps): JSX.Element | null {
  if (share === null || !file) return null;
  const percent = Math.round(100 * share);
  return (
    <div class="progress">
      <progress max={100} value={percent} aria-label="Upload" />
      <span>
        {percent} % of {bytes(file.size)}
      </span>
    </div>
  );
}
