import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

/** What one of Citus, CockroachDB and YugabyteDB refuses, or takes and does something else with. */
const unportable: Readonly<Record<string, RegExp>> = {
  'an advisory lock': /pg_(?:try_)?advisory/,
  'a notification': /(?:^|;)\s*(?:un)?(?:listen|notify)\s/,
  'a constraint by its name': /on\s+conflict\s+on\s+constraint/,
  'a sequence': /\b(?:big|small)?serial\b|nextval|generated\s+(?:always|by\s+default)/,
  citext: /\bcitext\b/,
  'a lock of a table': /\block\s+table\b/,
  'a temporary table': /\btemp(?:orary)?\s+table\b/,
  // A part of a statement, behind what is put into it, begins with a space.
  'a setting of the session': /(?:^|;\s*)set\s+(?!local\b)\w+/,
  'a trigger or a function': /create\s+(?:or\s+replace\s+)?(?:trigger|function|procedure)|\bdo\s+\$/,
  'a constraint that waits or excludes': /\bdeferrable\b|\bexclude\s+using\b/,
  // Citus: CASCADE is not supported in ON UPDATE when the distribution key is included.
  'a cascade of a changed key': /on\s+update\s+cascade/,
  // Citus: timestamptz + interval is STABLE, and UPDATE takes no STABLE function of a column.
  'an interval added to a column': /\b\w+_at\s*[+-]\s*interval\b/,
  // Citus: modifying the partition value of rows is not allowed.
  'a new project for a row':
    /\bupdate\s+(?!image_owners\b)\w+(?:\s+\w+)?\s+set\s(?:(?!\b(?:where|from|returning)\b).)*?\bproject_id\s*=/s,
  // CockroachDB has no "C" for a column, and compares by bytes without it.
  'a collation of a column': /(?<!::)\b(?:text|varchar|char)\s*(?:\(\d+\)\s*)?(?:not\s+null\s+)?collate\b/,
  // CockroachDB keeps JSON as JSONB, whose text has other spaces.
  'JSON compared as text': /(?:->[^,]*?|\bvalue|\bproperties)\)?\s*::\s*text\b/,
  'a moment or number that the server makes':
    /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|random|gen_random_uuid)\s*\(|\bcurrent_(?:timestamp|date|time)\b/,
};

export function unportableIn(sql: string): string[] {
  const text = sql.toLowerCase();
  return Object.keys(unportable).filter((what) => unportable[what]?.test(text));
}

/**
 * Row locks of a select that no single project bounds: Citus routes a lock to one shard or refuses it ("could not run
 * distributed query with FOR UPDATE/SHARE commands").
 */
export function lockedAnywhereIn(sql: string): string[] {
  const text = sql.toLowerCase().replace(/\s+/g, ' ');
  return [...text.matchAll(/\bfor (?:no key update|update|key share|share)\b/g)].flatMap((found) => {
    const select = sinceOpened(text.slice(0, found.index));
    const isOurs = new RegExp(`\\b(?:from|join) (?:${tables})\\b`).test(select);
    return isOurs && !/project_id = \$\d/.test(select) ? [found[0]] : [];
  });
}

/**
 * Sub-selects that refer to a CTE or to a sub-select in `from` of the statement around them. Citus: "correlated
 * subqueries are not supported when the FROM clause contains a CTE or subquery".
 */
export function correlatedIn(sql: string): string[] {
  const text = sql.toLowerCase().replace(/\s+/g, ' ');
  const ctes = [
    ...text.matchAll(/(?:\bwith(?: recursive)?|\),) (\w+) (?:\([^()]*\) )?as (?:not )?(?:materialized )?\(/g),
  ];
  const made = new Set(ctes.map(([, name = '']) => name));
  const aliases = [...text.matchAll(/\b(?:from|join|,) (\w+) (?:as )?(\w+)/g)].filter(([, name = '']) =>
    made.has(name),
  );
  for (const [, , alias = ''] of aliases) if (!noAlias.test(alias)) made.add(alias);
  for (const [, alias = ''] of text.matchAll(/\bfrom \(.*?\) (?:as )?(\w+)/g))
    if (!noAlias.test(alias)) made.add(alias);
  return selectsIn(text).flatMap((select) => {
    const outer = [...select.matchAll(/[=(] ?(\w+)\.\w+/g)].map(([, name = '']) => name);
    const own = new RegExp(
      `\\b(?:from|join|,|as|using) (?:\\w+ )?(?:as )?(${outer.join('|') || '$^'})\\b`,
      'g',
    );
    const inside = new Set([...select.matchAll(own)].map(([, name = '']) => name));
    return outer.filter((name) => made.has(name) && !inside.has(name)).map((name) => `${name} in ${select}`);
  });
}

/** The selects in parentheses that read one of our tables. */
function selectsIn(text: string): string[] {
  return (
    [...text.matchAll(/\(select /g)]
      .map((found) => untilClosed(text.slice(found.index + 1)))
      .filter((select) => new RegExp(`\\bfrom (?:${tables})\\b`).test(select))
      // Of one project, the statement goes to one shard as it is.
      .filter((select) => !/project_id = \$\d/.test(select))
  );
}

/** Back to the parenthesis that it stands in. */
function sinceOpened(text: string): string {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++;
    if (text[at] === '(' && --depth < 0) return text.slice(at + 1);
  }
  return text;
}

/** The tables of the tag core whose key a project leads. */
const tables = 'images|image_tags|image_members|jobs';
const reference = new RegExp(
  `\\b(from|join|update|into|using)\\s+(${tables})\\b(?!_)(?:\\s+(?:as\\s+)?([a-z_]\\w*))?`,
  'g',
);
const noAlias = /^(?:where|set|on|group|order|left|right|inner|cross|join|limit|values|for|returning|using)$/;

/** Where the statement reaches into a table without saying of which project. */
export function unscopedIn(sql: string): string[] {
  const text = sql.toLowerCase().replace(/\s+/g, ' ').replace('from images where false', '');
  return [...text.matchAll(reference)].flatMap((found) => {
    const [whole, verb = '', table = '', word = ''] = found;
    const rest = untilClosed(text.slice(found.index));
    const alias = word === '' || noAlias.test(word) ? table : word;
    const isScoped = verb === 'into' ? columnsOf(rest).includes('project_id') : names(rest, alias);
    return isScoped ? [] : [whole.trim()];
  });
}

/** Tables that one statement changes more than once, which CockroachDB refuses unless it is told to take it. */
export function changedTwiceIn(sql: string): string[] {
  const text = sql.toLowerCase().replace(/\s+/g, ' ');
  const changed = [...text.matchAll(/\b(?:insert into|update|delete from) (\w+)/g)]
    .map(([, table = '']) => table)
    .filter((table) => /^image|^jobs/.test(table));
  return [...new Set(changed.filter((table, index) => changed.indexOf(table) < index))];
}

/** To the end of the sub-select that it begins in. */
function untilClosed(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth < 0) return text.slice(0, at);
  }
  return text;
}

function columnsOf(insert: string): string[] {
  return (/\(([^)]*)\)/.exec(insert)?.[1] ?? '').split(',').map((column) => column.trim());
}

function names(text: string, alias: string): boolean {
  const column = `(?:\\b${alias}\\.|(?<![\\w.]))project_id`;
  // Alone, or first of a pair that is compared as a whole.
  return new RegExp(`${column} =|= ${column}\\b|\\(${column}, [^()]*\\) (?:=|in)`).test(text);
}

/** Every text in the sources of a folder and those below it, for rules that hold for each piece of SQL. */
export function textsIn(folder: string): { file: string; text: string }[] {
  return sourcesIn(folder).flatMap((source) =>
    piecesIn(source).map((text) => ({ file: source.fileName, text })),
  );
}

/** Statements that the sources of a folder mark with `reads`: the pieces of their texts, none when it is composed. */
export function markedReadsIn(folder: string): { file: string; pieces: readonly string[] }[] {
  return sourcesIn(folder).flatMap((source) =>
    nodesIn(source)
      .filter((node) => ts.isObjectLiteralExpression(node))
      .filter((literal) => memberOf(literal, 'reads') !== undefined)
      .map((literal) => {
        const text = memberOf(literal, 'text');
        return { file: source.fileName, pieces: text ? piecesIn(text) : [] };
      }),
  );
}

function sourcesIn(folder: string): ts.SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) =>
      ts.createSourceFile(basename(name), readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest),
    );
}

/** The node itself and all below it. */
function nodesIn(top: ts.Node): ts.Node[] {
  const nodes = [top];
  ts.forEachChild(top, (node) => {
    nodes.push(...nodesIn(node));
  });
  return nodes;
}

function piecesIn(top: ts.Node): string[] {
  return nodesIn(top).flatMap((node) =>
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
      ? [node.text]
      : [],
  );
}

function memberOf(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = literal.properties.find(
    (property) => property.name && ts.isIdentifier(property.name) && property.name.text === name,
  );
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}
