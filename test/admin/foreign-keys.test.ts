import { randomUUID } from 'node:crypto';
import { readTables } from '../../src/storage/backup/tables';
import type { Queryable } from '../../src/storage/database/database';
import { emptyProject } from '../../src/storage/snapshots/empty-project';
import { withoutForeignKeys } from '../../src/storage/snapshots/foreign-keys';
import { snapshotStatements } from '../../src/storage/snapshots/statements';
import { openstack } from '../support/dialects';
import { seeded } from '../support/seed';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();
const path = `/admin/projects/${seeded.alpha}`;
const ofAlpha = () => openstack({ port: site().port, token: site().alice, project: seeded.alpha });

async function orphans(): Promise<unknown[]> {
  const of = (table: string): string =>
    `select t.image_id from ${table} t left join images i on i.project_id = t.project_id and i.id = t.image_id
     where i.id is null`;
  return site().database.query({ text: `${of('image_tags')} union all ${of('image_members')}` }, []);
}

async function whileImagesAreMade(work: () => Promise<void>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const ended = new AbortController();
  const { port, alice: token } = site();
  const make = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const made = await send(port, 'POST', '/v2/images', {
        token,
        body: { name: 'busy', tags: ['a', 'b'] },
      });
      answers.push(made);
      // A reset came before the image was read again.
      if (made.status === 404) continue;
      const image = `/v2/images/${made.json<{ id: string }>().id}`;
      const body = { member: seeded.beta };
      answers.push(await send(port, 'PUT', `${image}/tags/c`, { token }));
      answers.push(await send(port, 'POST', `${image}/members`, { token, body }));
    }
  };
  const makers = [make(), make(), make()];
  await work().finally(() => {
    ended.abort();
  });
  await Promise.all(makers);
  return answers;
}

test('resets while images are made leave no tag or member without its image, and no image without its tags', async () => {
  const answers = await whileImagesAreMade(async () => {
    for (let time = 0; time < 15; time++)
      expect((await site().ask('POST', `${path}/reset`)).status).toBe(204);
  });
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(15);
  expect(await orphans()).toEqual([]);
  const bare = `select i.id from images i where i.name = 'busy' and not exists (
    select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id and t.name = 'a')`;
  expect(await site().database.query({ text: bare }, [])).toEqual([]);
});

test('restores while images are made leave no tag or member without its image', async () => {
  for (let made = 0; made < 5; made++) await ofAlpha().create({ name: 'kept', tags: ['a'] });
  const { id } = (await site().ask('POST', `${path}/snapshots`)).json<{ id: string }>();
  const answers = await whileImagesAreMade(async () => {
    for (let time = 0; time < 8; time++) {
      await site().ask('POST', `${path}/reset`);
      expect((await site().ask('POST', `${path}/snapshots/${id}/restore`)).status).toBe(204);
    }
  });
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await orphans()).toEqual([]);
});

test('foreign keys hold again afterwards, in the same transaction, too', async () => {
  const orphan = `insert into image_members (project_id, image_id, member_id, status, created_at, updated_at)
    values ($1, $2, 'm', 'pending', now(), now())`;
  const added = site().database.transaction(async (client) => {
    expect(await withoutForeignKeys(client, (isPassed) => Promise.resolve(isPassed))).toBe(true);
    await client.query({ text: orphan }, [seeded.alpha, randomUUID()]);
  });
  await expect(added).rejects.toThrow(/foreign key/);
});

test('a role that may not pass over foreign keys empties a project all the same', async () => {
  await ofAlpha().create({ name: 'some', tags: ['a'] });
  const role = `plain_${randomUUID().replaceAll('-', '')}`;
  const say = (client: Queryable, text: string): Promise<unknown> => client.query({ text }, []);
  await site().database.transaction(async (client) => {
    await say(client, `create role ${role}`);
    await say(client, `grant select, delete on all tables in schema public to ${role}`);
    await say(client, `set local role ${role}`);
    const query = <Row extends Record<string, unknown>>(text: string): Promise<Row[]> =>
      client.query<Row>({ text }, []);
    const tables = await readTables({ query }, { project: 'any', identity: false });
    await emptyProject(client, seeded.alpha, tables, snapshotStatements(false, tables, false));
    expect(await withoutForeignKeys(client, (isPassed) => Promise.resolve(isPassed))).toBe(false);
    await say(client, 'reset role');
    await say(client, `drop owned by ${role}`);
    await say(client, `drop role ${role}`);
  });
  const left =
    'select id from images where project_id = $1 union all select image_id from image_tags where project_id = $1';
  expect(await site().database.query({ text: left }, [seeded.alpha])).toEqual([]);
});
