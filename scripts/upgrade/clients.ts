import type { ConnectionSettings } from '../../src/storage/database/database';
import type { Speaker } from '../../test/support/dialects';
import { faultOf, type Unexpected } from '../../test/support/history';
import { seeded } from '../../test/support/seed';
import { TagLoad } from '../../test/support/tag-load';
import { type FilledProject, filledFaults } from './filled-project';
import { FilledWriters } from './filled-writers';
import { MigrationWatch } from './migration-watch';
import type { Outcome } from './outcome';

export interface Site {
  readonly connection: ConnectionSettings;
  readonly filled: FilledProject;
}

const loaders = 8;
const writers = 4;

/** Calls are kept to be checked at the end, so where the migration takes minutes there are fewer of them. */
function delayOf({ images }: FilledProject): number {
  return images > 50_000 ? 40 : 10;
}

/**
 * The earlier build reads the image of a PATCH that another change overtook again in a transaction. Over a session from before the
 * migration that read fails, and to end the session would fail the PATCH all the same.
 */
function isOvertakenPatch({ what, status }: Unexpected): boolean {
  return what.startsWith('PATCH ') && status === 500;
}

/** Clients on images of their own, through all dialects, and writers on filled ones. */
export class Clients {
  private constructor(
    private readonly site: Site,
    /** Of the gateways that they speak to. */
    private readonly at: { ports: readonly number[] },
    private readonly load: TagLoad,
    private readonly filledWriters: FilledWriters,
    private readonly watch: MigrationWatch,
  ) {}

  static async begin(site: Site, port: number, token: string): Promise<Clients> {
    const at: { ports: readonly number[] } = { ports: [port] };
    const speakerOf = (client: number): Speaker => ({
      port: at.ports[client % at.ports.length] ?? port,
      timeoutMs: 15_000,
      project: seeded.alpha,
      token,
    });
    const { filled, connection } = site;
    const shared = { delayMs: delayOf(filled), speakerOf };
    const load = await TagLoad.begin({ ...shared, clients: loaders, seed: 1, name: 'upgrade' });
    const { record } = load;
    const watch = new MigrationWatch(connection, filled, record);
    const filledWriters = new FilledWriters({ ...shared, filled, writers, record, front: () => watch.front });
    return new Clients(site, at, load, filledWriters, watch);
  }

  set ports(ports: readonly number[]) {
    this.at.ports = ports;
  }

  /** Of the tags that they write. */
  get keys(): string[] {
    return [...this.load.images.flatMap(({ tags }) => tags.keys), ...this.filledWriters.keys];
  }

  async stop(): Promise<Outcome> {
    await Promise.all([this.load.stop(), this.filledWriters.stop()]);
    await this.load.readAll();
    await this.watch.stop();
    const { connection, filled } = this.site;
    const { operations, slowest, slowestWhat, unknown, unexpected } = this.load.record;
    const overtakenPatches = unexpected.filter(isOvertakenPatch).length;
    const failed = unknown - overtakenPatches;
    const { allowedMs } = this.watch;
    return {
      faults: [
        ...this.orderFaults(),
        ...(await filledFaults(connection, filled, this.filledWriters.written)),
        ...(failed > 0 ? this.load.record.unanswered.map((text) => `failed: ${text}`) : []),
        ...(slowest > allowedMs ? [`a call took too long: ${slowestWhat}`] : []),
      ],
      figures: {
        operations,
        writtenOnFilled: this.filledWriters.changes,
        failed,
        overtakenPatches,
        slowestMs: Math.round(slowest),
        allowedMs: Math.round(allowedMs),
      },
    };
  }

  /** What clients saw fits no order: a tag was lost, or came back. */
  private orderFaults(): string[] {
    return this.load.images
      .map(faultOf)
      .flatMap((fault) => (fault ? [`${fault.kind}:\n${fault.story}`] : []));
  }
}
