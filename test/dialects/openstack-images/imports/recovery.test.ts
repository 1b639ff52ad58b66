import { randomUUID } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayOn, testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets } from '../../../support/wire';
import { filesIn, formats, glanceClient } from '../glance-client';
import { until } from '../../../support/until';
import { importScene, untilFiles } from './import-scene';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);

const glance = glanceClient(given);
const { begin, task, settled } = importScene(glance);

const folder = (name: string): string => {
  const path = join(given().stateDir, 'images', name);
  mkdirSync(path, { recursive: true });
  return path;
};

/** What a process leaves that is killed while it brings data into an image. */
function leaveTrace(imageId: string): void {
  const name = `${imageId}.${randomUUID()}`;
  writeFileSync(join(folder('incoming'), `${name}.upload`), JSON.stringify({ host: 'gone', pid: 1 }));
  writeFileSync(join(folder('incoming'), `${name}.part`), 'half');
}

const set = (imageId: string, columns: string): Promise<unknown> =>
  given().database.query({ text: `update images set ${columns} where id = $1` }, [imageId]);

/** Another process, in its rounds, may have begun to recover the same image a moment before. */
const recovered = (imageId: string): Promise<unknown> =>
  until(async () => (await glance.show(imageId)).status === 'queued');

const restart = async (): Promise<void> => (await gatewayOn(given())).close();

/** Traces of another host count as abandoned once they are silent. */
function aged(imageId: string): void {
  for (const name of filesIn(folder('incoming')).filter((one) => one.startsWith(imageId))) {
    utimesSync(join(folder('incoming'), name), 0, 0);
  }
}

test('an import whose process died: the image is queued, its task failed, and no file is left', async () => {
  const before = filesIn(given().stateDir);
  const { id } = await glance.create(formats);
  await glance.stage(id, Buffer.from('data'));
  await begin(id, { name: 'glance-direct' });
  await settled(id);
  await task(id);
  // As it was a moment before its end.
  await set(id, `status = 'importing', size = null, properties = '[["os_glance_import_task","x"]]'`);
  await given().database.query({ text: `update jobs set state = 'processing', ended_at = null` }, []);
  leaveTrace(id);
  aged(id);
  await restart();
  await recovered(id);
  expect(await glance.show(id)).toMatchObject({ status: 'queued', size: null });
  expect(await glance.show(id)).not.toHaveProperty('os_glance_import_task');
  expect(await task(id)).toMatchObject({
    status: 'failure',
    message: expect.stringContaining('the gateway that ran it ended') as string,
  });
  await untilFiles(() => filesIn(given().stateDir), before);
});

test('an import that had ended all but its task succeeds', async () => {
  const { id } = await glance.create(formats);
  await glance.stage(id, Buffer.from('data'));
  await begin(id, { name: 'glance-direct' });
  await settled(id);
  await task(id);
  await given().database.query(
    { text: `update jobs set state = 'processing', ended_at = null where image_id = $1` },
    [id],
  );
  leaveTrace(id);
  aged(id);
  await restart();
  expect((await task(id)).status).toBe('success');
  expect((await glance.download(id)).bytes.toString()).toBe('data');
});

test('data that were being staged go; those that are staged as a whole stay', async () => {
  const { id: half } = await glance.create(formats);
  await set(half, `status = 'uploading', size = null`);
  leaveTrace(half);
  const { id: whole } = await glance.create(formats);
  await glance.stage(whole, Buffer.from('data'));
  // Of a second attempt, which the status refused.
  leaveTrace(whole);
  for (const id of [half, whole]) aged(id);
  await restart();
  await recovered(half);
  expect((await glance.show(whole)).status).toBe('uploading');
  expect((await begin(whole, { name: 'glance-direct' })).status).toBe(202);
  expect((await settled(whole)).status).toBe('active');
});
