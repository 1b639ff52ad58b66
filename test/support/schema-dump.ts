import type { Database } from '../../src/storage/database/database';

interface Line {
  readonly line: string;
}

const columns = `
  select c.relname as relation, a.attnum as position,
    format('  %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when co.collname is not null and co.collname <> 'default' then format(' collate "%s"', co.collname) else '' end,
      case when a.attnotnull then ' not null' else '' end,
      coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_collation co on co.oid = a.attcollation
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not like 'knex_%'`;

const constraints = `
  select c.relname as relation, pg_get_constraintdef(k.oid) as line
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where k.connamespace = 'public'::regnamespace and k.contype in ('p', 'u', 'f', 'c') and c.relname not like 'knex_%'`;

const indexes = `
  select tablename as relation, indexdef as line from pg_indexes
  where schemaname = 'public' and tablename not like 'knex_%'
    and indexname not in (select conname from pg_constraint)`;

const statistics = `
  select c.relname as relation, pg_get_statisticsobjdef(s.oid) as line
  from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid
  where s.stxnamespace = 'public'::regnamespace`;

/** The schema as the catalog has it, readable and in a fixed order: what the migrations really made. */
export async function dumpSchema(database: Database): Promise<string> {
  const rows = await database.query<Line & { relation: string; part: number }>(
    {
      text: `select relation, line, part from (
        select relation, line, 1 as part, position from (${columns}) c
        union all select relation, '  ' || line, 2, 0 from (${constraints}) k
        union all select relation, '  ' || line, 3, 0 from (${indexes}) i
        union all select relation, '  ' || line, 4, 0 from (${statistics}) s
      ) all_lines order by relation collate "C", part, position, line collate "C"`,
    },
    [],
  );
  const tables = [...new Set(rows.map((row) => row.relation))];
  return tables
    .map((table) => {
      const lines = rows.filter((row) => row.relation === table).map((row) => row.line);
      return `table ${table}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
