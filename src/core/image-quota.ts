import { Refused } from './errors';

export interface ImageCounter {
  /** How many images the project owns; counts up to `most`. */
  countOwned(projectId: string, most: number): Promise<number>;
}

/** How many images a project may own. */
export class ImageQuota {
  /** @param limit null: any number */
  constructor(
    private readonly counter: ImageCounter,
    readonly limit: number | null,
  ) {}

  /** Requests at the same time may pass the limit by their number. @throws Refused image-limit-reached */
  async requireRoom(projectId: string, added: number): Promise<void> {
    const { limit } = this;
    if (limit === null) return;
    const attempted = (await this.counter.countOwned(projectId, limit)) + added;
    if (attempted > limit)
      throw new Refused({ kind: 'image-limit-reached', projectId, added, attempted, limit });
  }
}
