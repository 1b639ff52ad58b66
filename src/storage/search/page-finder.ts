import { createHash } from 'node:crypto';
import type { Observe } from '../../core/observe';
import { type BatchedResult, Batcher } from '../batcher';
import type { Database, Statement } from '../database/database';
import type { StoreObservation } from '../database/observation';
import type { FoundRow } from './page-statement';
import { type SqlBinding, type SqlClause, numberedSql } from './sql-clause';

/** How pages are found that differ in their values alone. */
export interface PageForm {
  readonly alone: Statement;
  /** For several such pages at once, with the bindings as `valuesOf` gives them. */
  readonly several: Statement;
  /** Which of the bindings are the project. */
  readonly isProject: readonly boolean[];
}

/** One page to find. */
interface Wanted {
  readonly projectId: string;
  readonly form: PageForm;
  readonly bindings: readonly SqlBinding[];
}

type Found = readonly FoundRow[];

/** Of the 640 entries that a statement may hold: eight pages gain nearly all, and wait for each other. */
const weight = 80;

/**
 * A statement of several pages takes a few ms, on a busy machine a hundred. Where it takes more (ms), pages are found one by one
 * for a while.
 */
const slow = { after: 300, for: 10_000, projects: 1_000 };

/** Finds pages whose reading is short. With an observer, concurrent ones of one form and project by one statement. */
export class PageFinder {
  private readonly batcher: Batcher<Wanted, Found> | undefined;
  /** By project, until when its pages are not put together. */
  private readonly slowUntil = new Map<string, number>();

  constructor(
    private readonly database: Database,
    batching: Observe<StoreObservation> | null,
  ) {
    if (batching === null) return;
    this.batcher = new Batcher<Wanted, Found>(
      {
        kind: 'find-pages',
        groupOf: ({ projectId, form }) => `${form.several.name ?? ''} ${projectId}`,
        weightOf: () => weight,
        together: (pages) => this.together(pages),
        alone: (page) => this.alone(page),
      },
      batching,
    );
  }

  find(projectId: string, form: PageForm, bindings: readonly SqlBinding[]): Promise<Found> {
    const page = { projectId, form, bindings };
    if (!this.batcher || (this.slowUntil.get(projectId) ?? 0) > performance.now()) return this.alone(page);
    return this.batcher.submit(page);
  }

  private alone({ form, bindings }: Wanted): Promise<Found> {
    return this.database.query<FoundRow>(form.alone, bindings);
  }

  private async together(pages: readonly Wanted[]): Promise<BatchedResult<Found>[]> {
    const keys = pages.map(({ bindings }) => JSON.stringify(bindings));
    const distinct = [...new Map(keys.map((key, index) => [key, pages[index]])).values()].flatMap((page) =>
      page ? [page] : [],
    );
    const found = await this.findDistinct(distinct);
    const place = new Map([...new Set(keys)].map((key, index) => [key, index]));
    return keys.map((key) => ({ result: found[place.get(key) ?? 0] ?? [] }));
  }

  private async findDistinct(pages: readonly Wanted[]): Promise<Found[]> {
    const [first, ...others] = pages;
    if (first === undefined) return [];
    if (others.length === 0) return [await this.alone(first)];
    const begun = performance.now();
    const rows = await this.database.query<FoundRow & { ordinal: number }>(
      first.form.several,
      valuesOf(
        first,
        pages.map(({ bindings }) => bindings),
      ),
    );
    if (performance.now() - begun > slow.after) this.noteSlow(first.projectId);
    const found = pages.map((): FoundRow[] => []);
    for (const row of rows) found[row.ordinal - 1]?.push(row);
    for (const page of found) page.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity));
    return found;
  }

  private noteSlow(projectId: string): void {
    if (this.slowUntil.size >= slow.projects) this.slowUntil.clear();
    this.slowUntil.set(projectId, performance.now() + slow.for);
  }
}

/** @param projectId the binding that is the project */
export function pageFormOf(projectId: string, clause: SqlClause): PageForm {
  return {
    alone: namedStatement(clause),
    several: severalOf(projectId, clause),
    isProject: clause.bindings.map((binding) => binding === projectId),
  };
}

/** A search's own statement. It has a name: few forms are so common that a connection may keep their plans. */
export function namedStatement(clause: SqlClause): Statement {
  return kept(clause.text, () => {
    const text = numberedSql(clause);
    return { name: `search-${hashOf(text)}`, text, reads: true, bound: 'long' };
  });
}

/**
 * $1 project, then a list of each other binding's values as text, one for each page. The project stays a parameter: engines that
 * distribute projects look for it. The sub-selects: as in `choicesTable`.
 */
function severalOf(projectId: string, { text, bindings }: SqlClause): Statement {
  const form = bindings.map((binding) => (binding === projectId ? 'project' : typeof binding)).join();
  return kept(`${form} ${text}`, () => {
    let at = 0;
    const page = text.replaceAll('?', () => {
      const binding = bindings[at++];
      if (binding === projectId) return '$1';
      const column = `asked.b${String(at)}`;
      return typeof binding === 'boolean' ? `cast(${column} as boolean)` : column;
    });
    const columns = bindings.flatMap((binding, index) =>
      binding === projectId ? [] : [`b${String(index + 1)}`],
    );
    const lists = columns.map((_, index) => `(select $${String(index + 2)}::text[])`);
    const several = `select asked.ordinal::int as ordinal, page.*
      from unnest(${lists.join(', ')}) with ordinality as asked (${columns.join(', ')}, ordinal)
      cross join lateral (${page}) page`;
    return { name: `searches-${hashOf(several)}`, text: several, reads: true, bound: 'long' };
  });
}

function valuesOf({ projectId, form }: Wanted, pages: readonly (readonly SqlBinding[])[]): unknown[] {
  const lists = form.isProject.flatMap((isProject, index) =>
    isProject ? [] : [pages.map((bindings) => textOf(bindings[index] ?? null))],
  );
  return [projectId, ...lists];
}

/** As Postgres reads a value of any type from text. */
function textOf(binding: SqlBinding): string | null {
  if (binding === null) return null;
  if (typeof binding !== 'object') return String(binding);
  return `{${binding.map((one) => (one === null ? 'NULL' : `"${String(one).replace(/["\\]/g, '\\$&')}"`)).join()}}`;
}

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 16);
}

/** Statements by what they are made of, since it takes long to make them; there are as many as common forms. */
const statements = new Map<string, Statement>();

function kept(key: string, make: () => Statement): Statement {
  const known = statements.get(key);
  if (known) return known;
  if (statements.size >= 1_000) statements.clear();
  const statement = make();
  statements.set(key, statement);
  return statement;
}
