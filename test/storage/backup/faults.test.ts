import { Readable } from 'node:stream';
import { emptyDatabases, exportLines, importLines, rowsOf } from '../../support/backup';
import { createDatabase, dropDatabase, type TestDatabase } from '../../support/database';

const anEmpty = emptyDatabases();

/** What most tests import: three tables, each in several batches. */
let lines: string[];
beforeAll(async () => {
  const filled = await createDatabase();
  try {
    await fill(filled, 2_500);
    lines = await exportLines(filled.connection);
  } finally {
    await filled.database.close();
    await dropDatabase(filled.connection.database);
  }
});

/** Some batches of images and tags, by SQL. */
async function aFilled(images: number): Promise<TestDatabase> {
  const made = await anEmpty();
  await fill(made, images);
  return made;
}

async function fill({ database }: TestDatabase, images: number): Promise<void> {
  const id = `md5(n::text)`;
  const numbers = `generate_series(1, ${String(images)}) n`;
  for (const text of [
    `insert into image_owners select ${id}, 'p' from ${numbers}`,
    `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties,
      created_at, updated_at, tag_revision)
      select 'p', ${id}, 'private', 'queued', 0, 0, false, false, '[]', now(), now(), n from ${numbers}`,
    `insert into image_tags select 'p', ${id}, 'k=' || n, 'k', n::text from ${numbers}`,
  ])
    await database.query({ text }, []);
}

async function rowsIn({ database }: TestDatabase): Promise<number> {
  const [row] = await database.query<{ rows: number }>(
    {
      text: `select (select count(*) from image_owners) + (select count(*) from images)
        + (select count(*) from image_tags) as rows`,
    },
    [],
  );
  return row?.rows ?? -1;
}

/** Row lines of images and their tags before this one (counted from 1); migrations fill other tables. */
function rowsBefore(lines: readonly string[], line: number): number {
  return lines.slice(1, line - 1).filter((text) => /^\{"image(?:_owners|s|_tags)"/.test(text)).length;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'it was not refused',
    (error: unknown) => (error as Error).message,
  );
}

describe('an import that was cut off', () => {
  test.each([2, 1_800, 6_000])(
    'has stored the batches before line %d, and the rest of the same file makes it whole',
    async (cut) => {
      const copy = await anEmpty();
      const told = await refusal(importLines(copy.connection, lines.slice(0, cut)));
      const stored = lines.slice(0, cut).findLastIndex((line) => line.startsWith('{"check"')) + 1 || 1;
      expect(told).toContain(`the file is cut off after line ${String(cut)}`);
      expect(told).toContain(
        `Everything up to line ${String(stored)} is in the database and nothing after it`,
      );
      expect(await rowsIn(copy)).toBe(rowsBefore(lines, stored + 1));

      const done = await importLines(copy.connection, lines, true);
      expect(done.resumedAfter).toBe(stored === 1 ? null : stored);
      expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
    },
  );

  test('goes on after the database broke its connections again and again', async () => {
    const copy = await anEmpty();
    let broken = 0;
    async function* breaking(after: number): AsyncGenerator<Buffer> {
      for (const [at, line] of lines.entries()) {
        if (at === after) {
          broken++;
          const text = `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'tagway backup' and datname = current_database()`;
          expect(await copy.database.query({ text }, [])).toHaveLength(1);
        }
        yield Buffer.from(`${line}\n`);
      }
    }
    for (const after of [1_500, 3_000, 4_500, 6_500]) {
      expect(await refusal(importLines(copy.connection, breaking(after), true))).toMatch(
        /Everything up to line \d+ is in the database and nothing after it/,
      );
    }
    await importLines(copy.connection, lines, true);
    expect(broken).toBe(4);
    expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
  });

  test('goes on only when told to, with the same file, and is no data to export yet', async () => {
    const others = await exportLines((await aFilled(999)).connection);
    const copy = await anEmpty();
    await refusal(importLines(copy.connection, lines.slice(0, 3_000)));
    expect(await refusal(importLines(copy.connection, lines))).toMatch(/not finished .*go on with --resume/);
    expect(await refusal(importLines(copy.connection, others, true))).toContain(
      'not the file that the import was',
    );
    expect(await refusal(exportLines(copy.connection))).toMatch(/import into this database is not finished/);
    await importLines(copy.connection, lines, true);
    expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
    expect(await refusal(importLines(copy.connection, lines, true))).toContain('is not empty');
  });
});

describe('a file that is not as it was written', () => {
  const header = (from: string | RegExp, to: string) => (): string[] =>
    lines.with(0, (lines[0] ?? '').replace(from, to));

  const headers: readonly (readonly [string, () => string[], RegExp])[] = [
    ['empty', () => [''], /^line 1: this is no export of Tagway/],
    ['something else', () => ['{"a":1}'], /^line 1: this is no export of Tagway/],
    [
      'a newer format',
      header('"format":1', '"format":2'),
      /^line 1: a newer Tagway wrote this export: its format is 2, and this one reads up to 1; import it with that version/,
    ],
    [
      'a newer schema',
      header(/"schema":"[^"]+"/, '"schema":"29990101000000_more"'),
      /^line 1: a newer Tagway wrote this export: the schema 29990101000000_more is not known here/,
    ],
    [
      'a strange table',
      header('"image_tags":[', '"image_tugs":['),
      /^line 1: this database has no table image_tugs/,
    ],
    [
      'a strange column',
      header('"min_ram"', '"min_rum"'),
      /^line 1: this database has no column min_rum in images/,
    ],
    ['a damaged header', header('"tables":{', '"fables":{'), /^line 1: the header is damaged/],
  ];

  test('is refused for its header, and changes nothing', async () => {
    const copy = await anEmpty();
    for (const [name, file, words] of headers) {
      const told = await refusal(importLines(copy.connection, file()));
      expect([name, told]).toEqual([name, expect.stringMatching(words)]);
      expect(told).toMatch(/\nNothing was imported\.$/);
    }
    await importLines(copy.connection, lines);
  });

  const at = 1_805;
  const damages: readonly (readonly [string, (line: string) => string, RegExp])[] = [
    ['no JSON', (line) => line.slice(0, -3), /^line 1805: this is not one JSON object/],
    [
      'a member too few',
      (line) => line.replace(/"status":"queued",/, ''),
      /^line 1805: a row of images has the members/,
    ],
    [
      'another value',
      (line) => line.replace('queued', 'active'),
      /^line \d+: its sum does not fit: the rows from line \d+ on are damaged/,
    ],
    [
      'a strange table',
      (line) => line.replace('{"images"', '{"image"'),
      /^line 1805: the header names no table "image"/,
    ],
    ['blanks', (line) => line.replace('{"images":', '{ "images": '), /^line 1805: no blanks are expected/],
    ['nothing', () => '', /^line 1805: this is not one JSON object/],
    ['no UTF-8', (line) => `${line}\u{fffd}`, /^line 1805: this is no UTF-8 text/],
  ];

  test('up to a damaged line stores what came before its batch, and an undamaged copy the rest', async () => {
    const copy = await anEmpty();
    for (const [name, damage, words] of damages) {
      const damaged = Buffer.from(`${lines.with(at - 1, damage(lines[at - 1] ?? '')).join('\n')}\n`);
      const place = damaged.indexOf(Buffer.from('\u{fffd}'));
      // A lead byte without the rest of its character.
      if (place !== -1) damaged.writeUint8(0xc0, place);
      const told = await refusal(importLines(copy.connection, Readable.from([damaged]), true));
      expect([name, told]).toEqual([name, expect.stringMatching(words)]);
      const stored = Number(/Everything up to line (\d+) is in the database/.exec(told)?.[1]);
      expect(stored).toBe(lines.slice(0, at - 1).findLastIndex((line) => line.startsWith('{"check"')) + 1);
      expect(await rowsIn(copy)).toBe(rowsBefore(lines, stored + 1));
    }
    await importLines(copy.connection, lines, true);
    expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
  });

  test('more after the end, and batches that were taken out or swapped, are noticed', async () => {
    const copy = await anEmpty();
    const imported = (file: readonly string[]): Promise<string> =>
      refusal(importLines(copy.connection, file, true));
    const second = lines.findIndex((line) => line.startsWith('{"check"')) + 1;
    expect(await imported([...lines.slice(0, 1), ...lines.slice(-1)])).toMatch(
      /^line 2: the end does not fit the rows before it/,
    );
    expect(await imported([...lines.slice(0, 1), ...lines.slice(second)])).toMatch(/its sum does not fit/);
    expect(await imported([...lines, '{}'])).toMatch(/^line \d+: there is more after the end/);
    await importLines(copy.connection, lines, true);
  });
});

test('a database with data is left alone', async () => {
  const there = await aFilled(3);
  expect(await refusal(importLines(there.connection, lines, true))).toBe(
    'the table images is not empty: import into a new database, or with a new state folder, before a gateway ' +
      'is started on it\nNothing was imported.',
  );
  expect(await rowsIn(there)).toBe(9);
});

test('a row that the database refuses is named by its line, and its batch is not stored', async () => {
  const filled = await aFilled(10);
  const alone = await exportLines(filled.connection, { project: 'p', identity: false });
  const copy = await anEmpty();
  const taken = /"id":"(\w+)"/.exec(alone[7] ?? '')?.[1] ?? '';
  await copy.database.query({ text: 'insert into image_owners (id, project_id) values ($1, $2)' }, [
    taken,
    'q',
  ]);
  const told = await refusal(importLines(copy.connection, alone));
  const at = alone.findIndex((line) => line.startsWith('{"image_owners"') && line.includes(taken)) + 1;
  expect(told).toContain(`line ${String(at)}: this row of image_owners cannot be stored: duplicate key`);
  expect(told).toContain(`Key (id)=(${taken}) already exists`);
  await copy.database.query({ text: 'delete from image_owners where project_id = $1' }, ['q']);
  await importLines(copy.connection, alone, true);
  expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(await exportLines(filled.connection)));
});

test('two imports into one database do not mix: one of them is refused', async () => {
  const copy = await anEmpty();
  const both = await Promise.allSettled([
    importLines(copy.connection, lines),
    importLines(copy.connection, lines),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(rowsOf(await exportLines(copy.connection))).toEqual(rowsOf(lines));
});
