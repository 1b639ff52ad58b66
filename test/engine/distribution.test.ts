import { migrate } from '../../src/storage/migrator';
import { testDatabase } from '../support/database';

/* What `tagway migrate --citus` leaves; the run's start has called it. */

const given = testDatabase();
const onCitus = process.env['TEST_ENGINE'] === 'citus' ? test : test.skip;
const ask = (text: string): Promise<Record<string, unknown>[]> => given().database.query({ text }, []);

const placement = `select logicalrelid::text as name, colocationid as together from pg_dist_partition order by 1`;

onCitus('all tables of a project lie together, and owners of ids lie by their id', async () => {
  const projects = await ask(`select c.relname::text as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and c.relname !~ '^(identity|keystone|knex|metadef)_' order by 1`);
  const placed = await ask(placement);
  expect(placed.map(({ name }) => name).sort()).toEqual(projects.map(({ name }) => name).sort());
  const others = placed.filter(({ name }) => name !== 'image_owners').map(({ together }) => together);
  expect(new Set(others).size).toBe(1);
  expect(others).not.toContain(placed.find(({ name }) => name === 'image_owners')?.['together']);
});

onCitus('their foreign keys are there, and cascade no change of a key', async () => {
  const keys =
    await ask(`select conrelid::regclass::text as name, confupdtype::text as update from pg_constraint
    where contype = 'f' and conrelid in (select logicalrelid from pg_dist_partition)
      and connamespace = 'public'::regnamespace order by 1`);
  expect(keys).toEqual(
    ['image_cache', 'image_members', 'image_tags', 'webhook_deliveries', 'webhook_secrets'].map((name) => ({
      name,
      update: 'a',
    })),
  );
});

onCitus('the second time it finds nothing to distribute', async () => {
  const before = await ask(placement);
  const said: string[] = [];
  await migrate(given().connection, { citus: true, report: (text) => said.push(text) });
  expect([await ask(placement), said]).toEqual([before, []]);
});

onCitus('tags that an older build wrote get the moment of their image at the next start', async () => {
  const at = `timestamptz '2026-01-01Z'`;
  for (const project of ['p', 'q']) {
    await ask(`insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden,
      properties, created_at, updated_at, tag_revision)
      values ('${project}', 'i', 'private', 'queued', 0, 0, false, false, '[]', ${at}, ${at}, 0)`);
    await ask(
      `insert into image_tags (project_id, image_id, name, key, value) values ('${project}', 'i', 'a', 'a', '')`,
    );
  }
  await migrate(given().connection);
  expect(await ask(`select count(*) as filled from image_tags where image_created_at = ${at}`)).toEqual([
    { filled: 2 },
  ]);
});
