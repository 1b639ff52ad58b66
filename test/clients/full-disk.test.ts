import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GatewayProcess,
  readOpenrc,
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { SmallDisk } from '../support/small-disk';
import { send } from '../support/wire';
import { fourVariables, type Ran, run } from './command';

jest.setTimeout(180_000);

const mebibyte = 1024 * 1024;
const size = { disk: 360, reserve: 18, image: 5 } as const;

const reason = SmallDisk.reasonAgainst();
if (reason !== null) console.log(`skipped: ${reason}`);

(reason === null ? describe : describe.skip)('an image that is created on a disk with little room', () => {
  let disk: SmallDisk;
  let gateway: GatewayProcess;
  let home: string;
  beforeAll(async () => {
    home = temporaryFolder('tagway-full-disk');
    writeFileSync(join(home, 'disk.raw'), randomBytes(size.image * mebibyte));
    disk = SmallDisk.mount(size.disk);
    gateway = await startGatewayProcess(join(disk.folder, 'state'));
  });
  afterAll(async () => {
    disk.empty();
    await gateway.stop();
    disk.remove();
    removeFolder(home);
  });

  const create = (name: string): Promise<Ran> =>
    run(home, fourVariables(gateway), 'openstack', 'image', 'create', name, '--file', join(home, 'disk.raw'));

  /** All that there are, by name. */
  async function images(): Promise<{ name: string; status: string; size: number | null }[]> {
    const token = await signIn(
      gateway.url,
      'demo',
      readOpenrc(gateway.stateDir)['OS_PASSWORD'] ?? '',
      'demo',
    );
    const answer = await send(gateway.port, 'GET', '/v2/images?limit=1000', { token });
    return answer.json<{ images: { name: string; status: string; size: number | null }[] }>().images;
  }

  const isReady = async (): Promise<boolean> => (await send(gateway.port, 'GET', '/readyz')).status === 200;

  async function ready(): Promise<void> {
    for (let waited = 0; !(await isReady()); waited += 100) {
      if (waited > 60_000) throw new Error('not ready within a minute of having room again');
      await sleep(100);
    }
  }

  test('that the reserve keeps fails with 413, and leaves nothing that is said to be whole', async () => {
    disk.fill((size.reserve + 3) * mebibyte);
    const { code, err } = await create('big');
    expect([code, err]).toEqual([1, expect.stringContaining('413')]);
    expect((await images()).filter(({ status }) => status === 'active')).toEqual([]);
    // Others are served all the while: nothing but uploads needs the reserve.
    expect(await isReady()).toBe(true);
  });

  test('that the reserve keeps fails with glance, too', async () => {
    disk.fill((size.reserve + 3) * mebibyte);
    const formats = ['--disk-format', 'raw', '--container-format', 'bare'];
    const file = ['--name', 'g', '--file', join(home, 'disk.raw')];
    const { code, err } = await run(
      home,
      fourVariables(gateway),
      'glance',
      'image-create',
      ...file,
      ...formats,
    );
    expect([code, err]).toEqual([1, expect.stringContaining('413')]);
    expect((await images()).filter(({ status }) => status === 'active')).toEqual([]);
  });

  test('of which 3 MB are left fails, whatever the database can still do', async () => {
    disk.fill(3 * mebibyte);
    const { code } = await create('bigger');
    expect(code).not.toBe(0);
    disk.empty();
    await ready();
    expect((await images()).filter(({ status }) => status === 'active')).toEqual([]);
  });

  test('succeeds once there is room, with every byte', async () => {
    disk.empty();
    const { code, err } = await create('whole');
    expect([code, err]).toEqual([0, expect.any(String)]);
    const made = (await images()).find(({ name }) => name === 'whole');
    expect(made).toMatchObject({ status: 'active', size: size.image * mebibyte });
  });
});
