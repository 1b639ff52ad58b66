import type { JSX } from 'preact';

const diskFormats = ['qcow2', 'raw', 'iso', 'vmdk', 'vhd', 'vhdx', 'vdi', 'ami', 'ploop'] as const;

/** By the end of the file's name; most clouds' images are qcow2. */
function formatOf(fileName: string): string {
  const ending = fileName.split('.').at(-1)?.toLowerCase() ?? '';
  if (ending === 'img') return 'raw';
  return diskFormats.find((format) => format === ending) ?? 'qcow2';
}

interface DataFieldsProps {
  readonly file: File | null;
  readonly onFile: (file: File | null) => void;
  readonly format: string;
  /** null: the image has a format already */
  readonly onFormat: ((format: string) => void) | null;
  readonly isRequired?: boolean;
}

/** A file of data, and the format that it is in. */
export function DataFields({
  file,
  onFile,
  format,
  onFormat,
  isRequired = false,
}: DataFieldsProps): JSX.Element {
  return (
    <>
      <label class="field">
        {isRequired ? 'Data' : 'Data (optional)'}
        <input
          type="file"
          required={isRequired}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0] ?? null;
            onFile(chosen);
            if (chosen && onFormat) onFormat(formatOf(chosen.name));
          }}
        />
        {!isRequired && <small>Without a file the image is “queued”; its data can be uploaded later.</small>}
      </label>
      {file && onFormat && (
        <label class="field">
          Disk format
          <select
            value={format}
            onChange={(event) => {
              onFormat(event.currentTarget.value);
            }}
          >
            {diskFormats.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}
