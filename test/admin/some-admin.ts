import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applySeed } from '../../src/seed/seed';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { signIn } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { type Answer, send, type Sent } from '../support/wire';

export interface AdminSite extends TestGateway {
  readonly alice: string;
  readonly admin: string;
  readonly ask: (method: string, path: string, sent?: Sent) => Promise<Answer>;
}

/** A gateway with `/admin`, seeded, and tokens of a member and of an admin. */
export function adminSite(env: Readonly<Record<string, string>> = {}): () => AdminSite {
  let found: AdminSite | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tagway-admin-'));
  beforeAll(async () => {
    const seed = writeSeed(folder);
    const settings = { TAGWAY_ADMIN: 'on', TAGWAY_SEED: seed, ...env };
    // Injected faults are answers that no contract names.
    const site = await startTestGateway({ env: settings, contracts: false });
    await applySeed(seed, site.gateway.identity, site.gateway.images, 128);
    const alice = await signIn(site.url, 'alice', seeded.password, 'alpha');
    const admin = await signIn(site.url, 'admin', seeded.password, 'alpha');
    const ask: AdminSite['ask'] = (method, path, sent) =>
      send(site.port, method, path, { token: admin, ...sent });
    found = { ...site, alice, admin, ask };
  });
  afterAll(async () => {
    await found?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (!found) throw new Error('adminSite() is there only inside tests');
    return found;
  };
}
