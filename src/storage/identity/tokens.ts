import type { Instant } from '../../core/clock';
import type {
  Domain,
  ProjectInDomain,
  StoredTokenKey,
  TokenFacts,
  TokenQuestion,
  TokenStore,
} from '../../identity/ports';
import type { ScopedGrant } from '../../identity/role-ports';
import type { Queryable, Statement } from '../database/database';
import { credentialColumns, credentialFromRow, type CredentialRow } from './credentials';
import { grantsWithGroupsSql } from './roles';

interface FactsRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly user_domain: Domain;
  readonly epoch: number;
  readonly target_epoch: number;
  readonly project: Omit<ProjectInDomain, 'domain'> | null;
  readonly domain: Domain | null;
  readonly roles: readonly string[];
  readonly grants: readonly ScopedGrant[];
  readonly admin_roles: readonly string[];
  readonly revoked: boolean;
  readonly credential: CredentialRow | null;
}

/** Everything about one token in one round trip; every part of it is found by a full key. */
const tokenFacts: Statement = {
  name: 'identity-token-facts',
  text: `select u.id, u.name, u.enabled, u.token_epoch + o.token_epoch as epoch,
      json_build_object('id', o.id, 'name', o.name, 'enabled', o.enabled) as user_domain,
      case when p.id is not null then json_build_object(
        'id', p.id, 'name', p.name, 'enabled', p.enabled, 'ancestors', p.ancestors
      ) end as project,
      case when d.id is not null then json_build_object('id', d.id, 'name', d.name, 'enabled', d.enabled) end
        as domain,
      coalesce(p.token_epoch, 0) + coalesce(d.token_epoch, 0) + coalesce((
        select l.losses from identity_lost_roles l where l.user_id = $1 and l.target = $7
      ), 0) as target_epoch,
      coalesce((
        select json_agg(a.role order by a.role) from identity_assignments a
        where a.project_id = $2 and a.user_id = $1
      ), '[]') as roles,
      coalesce((
        select json_agg(json_build_object(
          'roleId', g.role_id, 'projectId', g.project_id, 'domainId', g.domain_id, 'inherited', g.inherited
        )) from ${grantsWithGroupsSql} g
        where g.user_id = $1 and (g.project_id = $2 or g.inherited or g.project_id is null)
      ), '[]') as grants,
      coalesce((
        select json_agg(distinct a.role) from identity_assignments a
        where a.user_id = $1 and a.role = any ($5::text[])
      ), '[]') as admin_roles,
      exists (select from identity_revocations r where r.audit_id in ($3, $8)) as revoked,
      (
        select row_to_json(c) from (
          select ${credentialColumns} from identity_application_credentials where id = $4
        ) c
      ) as credential
    from identity_users u
    join identity_domains o on o.id = u.domain_id
    left join identity_projects p on p.id = $2
    left join identity_domains d on d.id = coalesce(p.domain_id, $6)
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
    const { userId, projectId, auditId, parentAuditId, credentialId, adminRoles, domainId, target } =
      question;
    const values = [userId, projectId, auditId, credentialId, adminRoles, domainId, target, parentAuditId];
    const [row] = await this.database.query<FactsRow>(tokenFacts, values);
    if (!row) return undefined;
    const { project, domain } = row;
    return {
      user: { id: row.id, name: row.name, enabled: row.enabled, domain: row.user_domain },
      epoch: row.epoch,
      targetEpoch: row.target_epoch,
      project: project && domain ? { ...project, domain } : null,
      domain: projectId === null ? domain : null,
      roles: row.roles,
      grants: row.grants,
      adminRoles: row.admin_roles,
      revoked: row.revoked,
      credential: row.credential && credentialFromRow(row.credential),
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
