import { createHash, randomUUID } from 'node:crypto';

/** Makes ids of images and jobs. */
export interface IdGenerator {
  /** @returns a uuid that no image has */
  next(projectId: string): string;
}

export const randomIds: IdGenerator = { next: () => randomUUID() };

/** Where a project's ids have got to. */
interface Place {
  /** Restores begin a further series: the images that come back have ids of the one before. */
  series: number;
  count: number;
}

/** Random ids until a seed is given; from then on each project has the same ones in the same order, run after run. */
export class RepeatableIds implements IdGenerator {
  private seed: string | null = null;
  private places = new Map<string, Place>();
  private restores = 0;

  /** @param seed null: random ids again */
  begin(seed: string | null): void {
    this.seed = seed;
    this.places = new Map();
    this.restores = 0;
  }

  next(projectId: string): string {
    if (this.seed === null) return randomUUID();
    const place = this.places.get(projectId) ?? { series: this.restores, count: 0 };
    this.places.set(projectId, place);
    place.count += 1;
    return uuidOf([this.seed, projectId, place.series, place.count]);
  }

  /** For what has a name: the same name, the same id. @returns 32 hex digits; undefined while ids are random */
  named(kind: string, name: string): string | undefined {
    return this.seed === null ? undefined : uuidOf([this.seed, kind, name]).replaceAll('-', '');
  }

  /** Call when the project (null: each) has no images left, except those of a seed. */
  emptied(projectId: string | null): void {
    if (projectId !== null) this.places.set(projectId, { series: 0, count: 0 });
    else this.places = new Map();
    if (projectId === null) this.restores = 0;
  }

  /** Call when images of the project (null: of each) have come back. */
  restored(projectId: string | null): void {
    this.restores += 1;
    if (projectId === null) this.places = new Map();
    else this.places.set(projectId, { series: this.restores, count: 0 });
  }
}

function uuidOf(parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = (8 + (parseInt(hex.slice(16, 17), 16) % 4)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
