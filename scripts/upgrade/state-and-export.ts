import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../../test/support/dialects';
import { type GatewayProcess, signIn, startGatewayProcess } from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import { send } from '../../test/support/wire';
import type { Outcome } from './outcome';

const root = join(__dirname, '../..');
const imageCount = 200;

/** A state folder, and an export, that the earlier build made are what the new build starts on and imports. */
export async function stateAndExport(earlier: string, folder: string): Promise<Outcome> {
  const state = join(folder, 'state');
  const file = join(folder, 'export.ndjson');
  const env = { TAGWAY_SEED: writeSeed(folder), TAGWAY_LOG_LEVEL: 'error' };
  const old = await startGatewayProcess(state, env, earlier);
  await fill(await speakerAt(old));
  const before = await listed(old);
  command(earlier, state, ['export', '--output', file]);
  await old.stop();

  const begun = performance.now();
  const upgraded = await startGatewayProcess(state, {});
  const startMs = Math.round(performance.now() - begun);
  const faults = differences('the state folder', before, await listed(upgraded));
  await upgraded.stop();

  const back = await startGatewayProcess(state, {}, earlier);
  faults.push(...differences('the state folder, back at the earlier build', before, await listed(back)));
  await back.stop();

  const copy = join(folder, 'copy');
  // The export's secrets are sealed with the master key.
  mkdirSync(copy);
  cpSync(join(state, 'master.key'), join(copy, 'master.key'));
  command(root, copy, ['import', file]);
  const imported = await startGatewayProcess(copy, {});
  faults.push(...differences('the export', before, await listed(imported)));
  await imported.stop();
  return { faults, figures: { images: before.size, startMs } };
}

async function speakerAt(gateway: GatewayProcess): Promise<Speaker> {
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  return { port: gateway.port, token, project: seeded.alpha };
}

async function fill(speaker: Speaker): Promise<void> {
  for (let n = 0; n < imageCount; n++) {
    const id = await openstack(speaker).create({
      name: `image ${String(n)}`,
      tags: ['all', `n=${String(n)}`],
    });
    await huaweiImages(speaker).add(id, { key: 'from', value: 'v2' });
    await huaweiCloudimages(speaker).setText(id, 'v1.text');
  }
}

/** Every image as Image v2 shows it, by its id. */
async function listed(gateway: GatewayProcess): Promise<ReadonlyMap<string, string>> {
  const { token = '', port } = await speakerAt(gateway);
  const found = new Map<string, string>();
  for (let path: string | undefined = '/v2/images?limit=100'; path !== undefined;) {
    const answer: Page = (await send(port, 'GET', path, { token })).json<Page>();
    for (const image of answer.images) found.set(image.id, JSON.stringify(image));
    path = answer.next;
  }
  return found;
}

interface Page {
  readonly images: readonly { readonly id: string }[];
  readonly next?: string;
}

function differences(
  what: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const lost = [...before].filter(([id, image]) => after.get(id) !== image);
  const more =
    after.size === before.size ? [] : [`${what}: ${String(before.size)} images became ${String(after.size)}`];
  return [...more, ...lost.map(([id, image]) => `${what}: ${image} became ${after.get(id) ?? 'nothing'}`)];
}

function command(checkout: string, stateDir: string, args: readonly string[]): void {
  const cli = join(checkout, 'dist/src/cli.js');
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], {
    env: { ...process.env, TAGWAY_STATE_DIR: stateDir },
  });
  if (status !== 0)
    throw new Error(`tagway ${args.join(' ')} ended with ${String(status)}: ${stderr.toString()}`);
}
