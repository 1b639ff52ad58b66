import type { Request } from 'express';
import { shareInFlight } from '../http/share-in-flight';
import { DiskRoom } from '../storage/images/disk-room';
import { type Database, pingStatement } from '../storage/database/database';

/** State of `/readyz`. */
export class Readiness {
  private state: 'starting' | 'serving' | 'stopping' = 'starting';

  readonly begin = (): void => {
    this.state = 'serving';
  };

  readonly leave = (): void => {
    this.state = 'stopping';
  };

  private readonly disk: DiskRoom | null;

  private readonly askDatabase = shareInFlight(() =>
    this.database.query(pingStatement, []).then(
      () => null,
      (error: unknown) => ({ error }),
    ),
  );

  private readonly isDiskFull = shareInFlight(async () => (await this.disk?.isLow()) ?? false);

  /** @param folder of an embedded database, whose disk must not be full */
  constructor(
    private readonly database: Database,
    folder: string | null,
  ) {
    this.disk = folder === null ? null : new DiskRoom(folder);
  }

  async missing(req: Request): Promise<string | null> {
    if (this.state !== 'serving') return `the gateway is ${this.state}`;
    const fault = await this.askDatabase();
    if (fault === null) return (await this.isDiskFull()) ? 'the disk is full' : null;
    req.failure = fault.error;
    return 'the database is away';
  }
}
