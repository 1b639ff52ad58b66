import type { Instant } from '../../core/clock';
import { Unavailable } from '../../core/errors';
import type { Image, ImageChange, ImageRef, ImageStanding, NewImage } from '../../core/image';
import type { ImageStore } from '../../core/ports';
import type { Database, Statement } from '../database/database';
import { imageOf, type ImageRow, imageSelection } from './image-rows';
import { type StoreObserver, unobserved } from '../database/observer';
import type { PostgresImageStore } from './image-store';

/** $1 projects, $2 images. The batch's `get-image`. */
export const getImages: Statement = {
  name: 'get-images',
  text: `select a.place::int as place, ${imageSelection}
  from unnest($1::text[], $2::text[]) with ordinality as a (project_id, image_id, place)
  join images i on i.project_id = a.project_id and i.id = a.image_id`,
  reads: true,
};

/** As in BatchingTagStore; more under way only take the processor from each other. */
const most = { images: 64, underWay: 2 };

interface Wanted {
  readonly image: ImageRef;
  readonly resolve: (found: Image | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads the images that are asked for while a statement is under way together with the next one. A read begins
 * after it was asked for, never before, so it sees every change that was acknowledged until then.
 */
export class BatchingImageStore implements ImageStore {
  private waiting: Wanted[] = [];
  private underWay = 0;
  private flushing = false;

  constructor(
    private readonly database: Database,
    private readonly single: PostgresImageStore,
    private readonly observer: StoreObserver = unobserved,
  ) {}

  get(image: ImageRef): Promise<Image | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ image, resolve, reject });
      this.flushSoon();
    });
  }

  create(image: NewImage): Promise<boolean> {
    return this.single.create(image);
  }

  find(imageId: string, asking: string | null): Promise<ImageStanding | undefined> {
    return this.single.find(imageId, asking);
  }

  change(ref: ImageRef, at: Instant, edit: (image: Image) => ImageChange): Promise<Image | undefined> {
    return this.single.change(ref, at, edit);
  }

  remove(ref: ImageRef, check: (image: Image) => void): Promise<Image | undefined> {
    return this.single.remove(ref, check);
  }

  /** At the end of this turn of the event loop: what the other sockets have brought in it can go along. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.underWay < most.underWay && this.waiting.length > 0) {
      const batch = this.waiting.splice(0, most.images);
      this.underWay++;
      this.observer.batch('get-image', batch.length);
      void this.send(batch).finally(() => {
        this.underWay--;
        this.flush();
      });
    }
  }

  private async send(batch: readonly Wanted[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first) {
      await this.readAlone(first);
      return;
    }
    try {
      const found = await this.read(batch.map(({ image }) => image));
      batch.forEach(({ resolve }, index) => {
        resolve(found.get(index + 1));
      });
    } catch (error) {
      await Promise.all(batch.map((wanted) => this.afterFailure(wanted, error)));
    }
  }

  private async read(images: readonly ImageRef[]): Promise<Map<number, Image>> {
    const columns = [images.map((image) => image.projectId), images.map((image) => image.imageId)];
    const rows = await this.database.query<ImageRow & { place: number }>(getImages, columns);
    return new Map(rows.map((row) => [row.place, imageOf(row)]));
  }

  /** One id that Postgres cannot take fails its companions; a database that is away fails everybody. */
  private async afterFailure(wanted: Wanted, error: unknown): Promise<void> {
    if (error instanceof Unavailable) wanted.reject(error);
    else await this.readAlone(wanted);
  }

  private readAlone({ image, resolve, reject }: Wanted): Promise<void> {
    return this.single.get(image).then(resolve, reject);
  }
}
