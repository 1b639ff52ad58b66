import { setTimeout as sleep } from 'node:timers/promises';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../support/dialects';
import { createDatabase } from '../support/database';
import { engineEnvironment } from '../support/engine';
import {
  type GatewayProcess,
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';

/** 3 in the ordinary run; the long form is 20. */
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 3);
const writers = 8;

/** What each writer knows of its tags: acknowledged as there or not, or left open by the crash. */
type Ledger = Map<string, 'there' | 'gone' | 'open'>;

async function write(
  speaker: Speaker,
  image: string,
  writer: number,
  ledger: Ledger,
  alive: () => boolean,
): Promise<void> {
  for (let turn = 0; alive(); turn++) {
    const name = `w${String(writer)}-${String(turn % 12)}`;
    const adding = ledger.get(name) !== 'there';
    ledger.set(name, 'open');
    const calls = adding
      ? [() => openstack(speaker).put(image, name)]
      : [
          () => openstack(speaker).remove(image, name),
          () => huaweiImages(speaker).remove(image, name),
          () => huaweiCloudimages(speaker).batchDelete(image, [{ key: name }]),
        ];
    const call = calls[turn % calls.length];
    const answer = await call?.().catch(() => undefined);
    if (!answer) return;
    // Nobody else touches this writer's tags, so an answer that is no 204 is a change lost or made up.
    expect([name, adding, answer.status]).toEqual([name, adding, 204]);
    ledger.set(name, adding ? 'there' : 'gone');
  }
}

test(`kill -9 of the gateway under write load loses no acknowledged change, ${String(rounds)} rounds`, async () => {
  const engine = engineEnvironment();
  const isEmbedded = engine['DATABASE_URL'] === undefined;
  const folder = isEmbedded ? await usedStateFolder('tagway-crash') : temporaryFolder('tagway-crash');
  const given = isEmbedded ? undefined : await createDatabase();
  const env = { ...engine, TAGWAY_SEED: writeSeed(folder), TAGWAY_LOG_LEVEL: 'error' };
  const ledger: Ledger = new Map();
  let acknowledged = 0;
  try {
    let gateway: GatewayProcess = await startGatewayProcess(folder, env);
    const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
    const speakerOf = (port: number): Speaker => ({ port, token, project: seeded.alpha });
    const image = await openstack(speakerOf(gateway.port)).create({ name: 'crash' });
    for (let round = 0; round < rounds; round++) {
      let alive = true;
      const speaker = speakerOf(gateway.port);
      const work = Array.from({ length: writers }, (_, writer) =>
        write(speaker, image, writer, ledger, () => alive),
      );
      await sleep(300 + Math.random() * 300);
      alive = false;
      await gateway.stop('SIGKILL');
      await Promise.all(work);
      gateway = await startGatewayProcess(folder, env);
      const tags = new Set(await openstack(speakerOf(gateway.port)).tags(image));
      for (const [name, state] of ledger) {
        if (state !== 'open') expect([name, tags.has(name)]).toEqual([name, state === 'there']);
        ledger.set(name, tags.has(name) ? 'there' : 'gone');
      }
      acknowledged += [...ledger.values()].filter((state) => state !== 'open').length;
    }
    expect(acknowledged).toBeGreaterThan(rounds * writers);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  } finally {
    await given?.database.close();
    removeFolder(folder);
  }
}, 300_000);
