import type { Speaker } from '../support/dialects';
import {
  type GatewayProcess,
  removeFolder,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { send } from '../support/wire';
import { fourVariables, onlooker, type Ran, run, tagsEverywhere } from './command';

jest.setTimeout(120_000);

let gateway: GatewayProcess;
let home: string;
let watching: Speaker;

beforeAll(async () => {
  home = temporaryFolder('tagway-clients');
  gateway = await startGatewayProcess(temporaryFolder('tagway-clients-state'));
  watching = await onlooker(gateway);
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

async function client(command: string, ...args: string[]): Promise<Ran> {
  const ran = await run(home, fourVariables(gateway), command, ...args);
  if (ran.code !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${String(ran.code)}\n${ran.out}\n${ran.err}`);
  return ran;
}

describe('the openstack CLI with four variables', () => {
  let id: string;

  test('creates an image with tags', async () => {
    const { out } = await client(
      'openstack',
      'image',
      'create',
      'one',
      '--tag',
      't1',
      '--tag',
      'a b',
      '-f',
      'json',
    );
    ({ id } = JSON.parse(out) as { id: string });
    expect(await tagsEverywhere(watching, id)).toEqual(['a b', 't1']);
  });

  test('lists by one tag and by two', async () => {
    for (const tags of [
      ['--tag', 't1'],
      ['--tag', 't1', '--tag', 'a b'],
    ]) {
      const { out } = await client('openstack', 'image', 'list', ...tags, '-f', 'value', '-c', 'ID');
      expect(out.trim()).toBe(id);
    }
    const { out } = await client('openstack', 'image', 'list', '--tag', 'nothing', '-f', 'value');
    expect(out.trim()).toBe('');
  });

  test('sets a tag by the image\u2019s name, again without harm', async () => {
    await client('openstack', 'image', 'set', '--tag', 'env=prod', 'one');
    await client('openstack', 'image', 'set', '--tag', 'env=prod', 'one');
    expect(await tagsEverywhere(watching, id)).toEqual(['a b', 'env=prod', 't1']);
  });

  test('unsets a tag once, and says so the second time', async () => {
    await client('openstack', 'image', 'unset', '--tag', 't1', 'one');
    expect(await tagsEverywhere(watching, id)).toEqual(['a b', 'env=prod']);
    const again = await run(
      home,
      fourVariables(gateway),
      'openstack',
      'image',
      'unset',
      '--tag',
      't1',
      'one',
    );
    expect(again.code).toBe(1);
    expect(again.err).toContain("'t1' is a nonexistent tag");
  });

  test('shows the image with its tags', async () => {
    const { out } = await client('openstack', 'image', 'show', 'one', '-f', 'json');
    expect((JSON.parse(out) as { tags: string[] }).tags.sort()).toEqual(['a b', 'env=prod']);
  });

  test('deletes the image', async () => {
    await client('openstack', 'image', 'delete', 'one');
    const gone = await run(home, fourVariables(gateway), 'openstack', 'image', 'show', 'one');
    expect(gone.code).toBe(1);
    expect(gone.err).toMatch(/No Image found for one/i);
  });

  test('a wrong password is a message and not a stack', async () => {
    const env = { ...fourVariables(gateway), OS_PASSWORD: 'wrong' };
    const { code, err } = await run(home, env, 'openstack', 'image', 'list');
    expect(code).toBe(1);
    expect(err).toContain('(HTTP 401)');
  });
});

describe('the glance CLI with four variables', () => {
  let id: string;

  test('creates an image with tags', async () => {
    const args = ['--name', 'g1', '--tags', 't1', 't2', '--disk-format', 'raw', '--container-format', 'bare'];
    const { out } = await client('glance', 'image-create', ...args);
    id = /\| id\s+\| (\S+)/.exec(out)?.[1] ?? '';
    expect(await tagsEverywhere(watching, id)).toEqual(['t1', 't2']);
  });

  test('adds a tag and lists by it', async () => {
    await client('glance', 'image-tag-update', id, 't9');
    expect(await tagsEverywhere(watching, id)).toEqual(['t1', 't2', 't9']);
    const { out } = await client('glance', 'image-list', '--tag', 't9');
    expect(out).toContain(id);
  });

  test('removes a tag once', async () => {
    await client('glance', 'image-tag-delete', id, 't9');
    expect(await tagsEverywhere(watching, id)).toEqual(['t1', 't2']);
    const again = await run(home, fourVariables(gateway), 'glance', 'image-tag-delete', id, 't9');
    expect(again.code).toBe(1);
  });

  test('renames the image and keeps its tags', async () => {
    await client('glance', 'image-update', id, '--name', 'g2');
    expect(await tagsEverywhere(watching, id)).toEqual(['t1', 't2']);
    expect((await client('glance', 'image-show', id)).out).toMatch(/name\s+\| g2/);
  });

  test('changes an image that was registered through Huawei IMS, whose disk format is Huawei\u2019s', async () => {
    const body = { name: 'registered', instance_id: id };
    const { token = '' } = watching;
    const answer = await send(gateway.port, 'POST', '/v2/cloudimages/action', { token, body });
    expect(answer.status).toBe(200);
    const { out } = await client('glance', 'image-list', '--property-filter', 'name=registered');
    const registered = /\| ([0-9a-f-]{36}) \| registered/.exec(out)?.[1] ?? '';
    const updated = await client('glance', 'image-update', registered, '--name', 'renamed');
    expect(updated.out).toMatch(/disk_format\s+\| zvhd2/);
    expect(updated.out).toMatch(/name\s+\| renamed/);
  });

  test('deletes the image', async () => {
    await client('glance', 'image-delete', id);
    expect((await client('glance', 'image-list')).out).not.toContain(id);
  });
});
