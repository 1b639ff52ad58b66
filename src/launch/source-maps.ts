import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** A place in a source, its lines and columns counted from 1. */
export interface SourcePosition {
  /** `src/core/tag.ts`, from the root of the repository */
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** The maps of the files of a bundle, each read when it is first asked. */
export class BundleMaps {
  private readonly maps = new Map<string, SourceMap | null>();

  /** @param folder with the bundle, each file beside its map */
  constructor(private readonly folder: string) {}

  /** @param line of the bundled file, from 1, as `column` */
  sourceOf(file: string, line: number, column: number): SourcePosition | undefined {
    const entry = this.mapOf(file)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !('originalSource' in entry)) return undefined;
    return {
      source: entry.originalSource.replace(/^(?:\.\.\/)+/, ''),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }

  private mapOf(file: string): SourceMap | null {
    const known = this.maps.get(file);
    if (known !== undefined) return known;
    const map = readMap(join(this.folder, `${file}.map`));
    this.maps.set(file, map);
    return map;
  }
}

function readMap(path: string): SourceMap | null {
  try {
    return new SourceMap(
      JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
    );
  } catch {
    return null;
  }
}
