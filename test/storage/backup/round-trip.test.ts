import { Readable } from 'node:stream';
import { listen } from '../../../src/http/lifecycle';
import { exportRows, withSession } from '../../../src/storage/backup';
import { openstack } from '../../support/dialects';
import { emptyDatabases, exportLines, importLines, rowsOf } from '../../support/backup';
import { gatewayOn, testGateway } from '../../support/gateway';
import { awkwardTags, liveIn } from '../../support/lived-in';

const given = testGateway();
const anEmpty = emptyDatabases();
let lived: Awaited<ReturnType<typeof liveIn>>;
beforeAll(async () => {
  lived = await liveIn(given(), 40);
}, 60_000);

test('what was exported and imported is exported again line by line the same, every table with rows', async () => {
  const copy = await anEmpty();
  const before = await exportLines(given().connection);
  const imported = await importLines(copy.connection, before);
  const after = await exportLines(copy.connection);
  expect(rowsOf(after)).toEqual(rowsOf(before));
  const header = JSON.parse(before[0] ?? '') as { rows: Record<string, number> };
  const empty = Object.entries(header.rows).filter(([, count]) => count === 0);
  // Nobody has both kinds of identity.
  expect(empty.map(([table]) => table)).toEqual(['keystone_access_keys']);
  expect(imported.rows).toBe(Object.values(header.rows).reduce((sum, count) => sum + count, 0));
});

test('an export has every column of every table of the schema, but those of feeds, counts and snapshots', async () => {
  const [first = ''] = await exportLines(given().connection);
  const { tables } = JSON.parse(first) as { tables: Record<string, string[]> };
  const columns = await given().database.query<{ name: string; columns: string }>(
    {
      text: `select table_name as name, string_agg(column_name, ' ' order by ordinal_position) as columns
        from information_schema.columns where table_schema = 'public' and table_name not like 'knex%'
          and table_name not in ('tag_feeds', 'tag_counts', 'tag_count_changes',
            'project_snapshots', 'project_snapshot_rows') group by 1`,
    },
    [],
  );
  expect(Object.fromEntries(columns.map((row) => [row.name, row.columns.split(' ')]))).toEqual(tables);
});

test('a gateway on the copy knows the keys, reads the awkward tags, and changes go on at the same revision', async () => {
  const copy = await anEmpty();
  await importLines(copy.connection, await exportLines(given().connection));
  const gateway = await gatewayOn({ connection: copy.connection, stateDir: given().stateDir });
  const server = await listen(gateway.listener, '127.0.0.1', 0);
  const { image } = lived;
  const [speaker, original] = [{ ...lived.speaker, port: server.port }, lived.speaker];
  try {
    expect(await openstack(speaker).tags(image)).toEqual(await openstack(original).tags(image));
    expect(new Set(await openstack(speaker).tags(image))).toEqual(new Set(awkwardTags));
    const revision = { text: 'select tag_revision from images where id = $1' };
    const [before] = await given().database.query(revision, [image]);
    expect(Number(before?.['tag_revision'])).toBe(awkwardTags.length + 2);
    expect((await openstack(speaker).put(image, 'later')).status).toBe(204);
    expect(await copy.database.query(revision, [image])).toEqual([{ tag_revision: awkwardTags.length + 3 }]);
  } finally {
    await server.drain(2_000);
    await gateway.close();
  }
});

test('an export is of one moment, whatever is written meanwhile', async () => {
  const before = await exportLines(given().connection);
  const during = await withSession(given().connection, async (session) => {
    const chunks: Buffer[] = [];
    for await (const chunk of exportRows(session, { project: null, identity: true }, () => undefined)) {
      chunks.push(chunk);
      const id = await openstack(lived.speaker).create({ tags: [`chunk=${String(chunks.length)}`] });
      expect((await openstack(lived.speaker).put(lived.image, `seen-${id.slice(0, 8)}`)).status).toBe(204);
    }
    return Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  });
  expect(rowsOf(during)).toEqual(rowsOf(before));
  expect((await exportLines(given().connection)).length).toBeGreaterThan(before.length);
});

test('a project is exported by itself, and imported beside other projects, once', async () => {
  const { project } = lived.speaker;
  const alone = await exportLines(given().connection, { project, identity: false });
  expect(alone.join()).not.toMatch(/foreign|password_hash/);
  const copy = await anEmpty();
  await copy.database.query(
    { text: `insert into image_owners (id, project_id) values ('an image', 'another project')` },
    [],
  );
  await importLines(copy.connection, alone);
  const again = await exportLines(copy.connection, { project, identity: false });
  expect(rowsOf(again)).toEqual(rowsOf(alone));
  await expect(importLines(copy.connection, alone)).rejects.toThrow(
    new RegExp(`has rows of project ${project} already: .*\nNothing was imported`),
  );
});

test('it does not matter in which pieces the bytes come', async () => {
  const copy = await anEmpty();
  const lines = await exportLines(given().connection);
  const bytes = Buffer.from(lines.join('\n'));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) =>
    bytes.subarray(at * 7, at * 7 + 7),
  );
  await importLines(copy.connection, Readable.from(pieces));
  expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
});

test('numbers beyond those of JavaScript, the oddest moments and JSON over several lines come through', async () => {
  const [one, copy] = [await anEmpty(), await anEmpty()];
  await one.database.query(
    {
      text: `insert into images (project_id, id, visibility, status, size, min_disk, min_ram, protected, os_hidden,
        properties, created_at, updated_at, tag_revision) values ('p', 'i', 'private', 'queued', 9007199254740993, 0, 0,
        false, false, e'[["a",\\n "b"]]', '0001-01-01T00:00:00.000001Z', '9999-12-31T23:59:59.999999Z', 9223372036854775807)`,
    },
    [],
  );
  const before = await exportLines(one.connection);
  await importLines(copy.connection, before);
  expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(before));
  const [row] = await copy.database.query(
    { text: 'select size::text, tag_revision::text, created_at, updated_at, properties from images' },
    [],
  );
  expect(row).toEqual({
    size: '9007199254740993',
    tag_revision: '9223372036854775807',
    created_at: '0001-01-01T00:00:00.000001Z',
    updated_at: '9999-12-31T23:59:59.999999Z',
    properties: [['a', 'b']],
  });
});
