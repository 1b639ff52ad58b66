import type { Instant } from '../../core/clock';
import type { StoredTokenKey, TokenFacts, TokenQuestion, TokenStore } from '../../identity/ports';
import type { Queryable, Statement } from '../database/database';
import { credentialColumns, credentialOf, type CredentialRow } from './credentials';

interface FactsRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly token_epoch: number;
  readonly project_name: string | null;
  readonly roles: readonly string[];
  readonly admin_roles: readonly string[];
  readonly revoked: boolean;
  readonly credential: CredentialRow | null;
}

/** Everything about one token in one round trip; every part of it is found by a full key. */
const tokenFacts: Statement = {
  name: 'identity-token-facts',
  text: `select u.id, u.name, u.enabled, u.token_epoch, p.name as project_name,
      coalesce((
        select json_agg(a.role order by a.role) from identity_assignments a
        where a.project_id = $2 and a.user_id = u.id
      ), '[]') as roles,
      coalesce((
        select json_agg(distinct a.role) from identity_assignments a
        where a.user_id = u.id and a.role = any ($5::text[])
      ), '[]') as admin_roles,
      exists (select from identity_revocations r where r.audit_id = $3) as revoked,
      (
        select row_to_json(c) from (
          select ${credentialColumns} from identity_application_credentials where id = $4
        ) c
      ) as credential
    from identity_users u left join identity_projects p on p.id = $2
    where u.id = $1`,
  reads: true,
};
const revoke = {
  text: `insert into identity_revocations (audit_id, expires_at) values ($1, $2) on conflict do nothing`,
};
const forget = { text: 'delete from identity_revocations where expires_at < $1' };
const tokenKeys: Statement = {
  text: 'select id, key_id, secret, created_at from identity_token_keys order by created_at desc, id',
  reads: true,
};
const insertTokenKey = {
  text: 'insert into identity_token_keys (id, key_id, secret, created_at) values ($1, $2, $3, $4)',
};

interface TokenKeyRow {
  readonly id: string;
  readonly key_id: string;
  readonly secret: string;
  readonly created_at: Instant;
}

export class PostgresTokenStore implements TokenStore {
  constructor(private readonly database: Queryable) {}

  async tokenFacts(question: TokenQuestion): Promise<TokenFacts | undefined> {
    const { userId, projectId, auditId, credentialId, adminRoles } = question;
    const values = [userId, projectId, auditId, credentialId, adminRoles];
    const [row] = await this.database.query<FactsRow>(tokenFacts, values);
    if (!row) return undefined;
    const hasProject = projectId !== null && row.project_name !== null;
    return {
      user: { id: row.id, name: row.name, enabled: row.enabled },
      epoch: row.token_epoch,
      project: hasProject ? { id: projectId, name: row.project_name } : null,
      roles: row.roles,
      adminRoles: row.admin_roles,
      revoked: row.revoked,
      credential: row.credential && credentialOf(row.credential),
    };
  }

  async revoke(auditId: string, expiresAt: Instant, now: Instant): Promise<void> {
    await this.database.query(revoke, [auditId, expiresAt]);
    await this.database.query(forget, [now]);
  }

  async tokenKeys(): Promise<readonly StoredTokenKey[]> {
    const rows = await this.database.query<TokenKeyRow>(tokenKeys, []);
    return rows.map((row) => ({
      id: row.id,
      secret: { keyId: row.key_id, text: row.secret },
      createdAt: row.created_at,
    }));
  }

  async insertTokenKey({ id, secret, createdAt }: StoredTokenKey): Promise<void> {
    await this.database.query(insertTokenKey, [id, secret.keyId, secret.text, createdAt]);
  }
}
