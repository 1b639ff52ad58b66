import type {
  EndpointAssociation,
  EndpointFilterStore,
  EndpointFilterKind,
} from '../../identity/endpoint-filter-ports';
import type { Queryable, Statement } from '../database/database';

interface Row extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
}

interface Statements {
  readonly add: Statement;
  readonly remove: Statement;
  readonly list: Statement;
}

const statements: Readonly<Record<EndpointFilterKind, Statements>> = {
  endpoint: statementsOf('identity_project_endpoints', 'endpoint_id', 'identity_endpoints'),
  'endpoint-group': statementsOf(
    'identity_project_endpoint_groups',
    'endpoint_group_id',
    'identity_endpoint_groups',
  ),
};

function statementsOf(table: string, column: string, things: string): Statements {
  return {
    // The locks keep both rows until the association is written.
    add: {
      text: `with found as (
          select p.id as project_id, t.id from identity_projects p, ${things} t
          where p.id = $1 and t.id = $2 for key share
        )
        insert into ${table} (project_id, ${column}) select project_id, id from found
        on conflict do nothing returning project_id`,
    },
    remove: { text: `delete from ${table} where project_id = $1 and ${column} = $2 returning project_id` },
    list: {
      text: `select project_id, ${column} as id from ${table}
        where ($1::text is null or project_id = $1) and ($2::text is null or ${column} = $2)
        order by project_id, ${column}`,
      reads: true,
    },
  };
}

export class PostgresEndpointFilterStore implements EndpointFilterStore {
  constructor(private readonly database: Queryable) {}

  async associate({ kind, projectId, id }: EndpointAssociation): Promise<boolean> {
    return (await this.database.query(statements[kind].add, [projectId, id])).length > 0;
  }

  async dissociate({ kind, projectId, id }: EndpointAssociation): Promise<boolean> {
    return (await this.database.query(statements[kind].remove, [projectId, id])).length > 0;
  }

  async associations(
    kind: EndpointFilterKind,
    { projectId = null, id = null }: { readonly projectId?: string | null; readonly id?: string | null } = {},
  ): Promise<readonly EndpointAssociation[]> {
    const rows = await this.database.query<Row>(statements[kind].list, [projectId, id]);
    return rows.map((row) => ({ kind, projectId: row.project_id, id: row.id }));
  }
}
