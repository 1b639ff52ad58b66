import { sep } from 'node:path';
import { BundleMaps } from './source-maps';

/**
 * Has stack traces name the sources of what is bundled. Node's own way (--enable-source-maps) parses every map at the
 * start; this one when the first trace is read.
 * @param folder with the bundle
 */
export function mapStackTraces(folder: string): void {
  const maps = new BundleMaps(folder);
  Error.prepareStackTrace = (error, frames) =>
    [titleOf(error), ...frames.map((frame) => `    at ${mapped(textOf(frame), folder + sep, maps)}`)].join(
      '\n',
    );
}

/** V8 makes the usual text of it; the types do not say so. */
function textOf(frame: unknown): string {
  return (frame as { toString(): string }).toString();
}

function titleOf(error: Error): string {
  try {
    return String(error);
  } catch {
    return '<error>';
  }
}

/** @param frame `Class.method (/path/of/bundle/main.js:12:34)` */
function mapped(frame: string, folder: string, maps: BundleMaps): string {
  const at = frame.indexOf(folder);
  if (at < 0) return frame;
  const behind = frame.slice(at + folder.length);
  const [place, file = '', line, column] = /^([\w.-]{1,100}):(\d{1,9}):(\d{1,9})/.exec(behind) ?? [];
  const found = place === undefined ? undefined : maps.sourceOf(file, Number(line), Number(column));
  if (place === undefined || !found) return frame;
  const shown = `${found.source}:${String(found.line)}:${String(found.column)}`;
  return frame.slice(0, at) + shown + behind.slice(place.length);
}
