import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { requestBaseUrl } from '../../http/context';
import type { CatalogService } from '../../identity/embedded/catalog';
import type { DirectoryEntity } from '../../identity/entity-ports';
import type { AccessRule } from '../../identity/access-rules';
import type { ApplicationCredential, Domain } from '../../identity/ports';
import type { Token } from '../../identity/tokens/tokens';

/** JSON as Keystone sends it: without a charset. */
export function sendJson(res: Response, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  // Not by way of Express' `set`, which would add a charset.
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', bytes.length);
  res.status(status).end(bytes);
}

/** On every answer. */
export function commonHeaders({ requestId }: IncomingMessage): Record<string, string> {
  return {
    Vary: 'X-Auth-Token',
    'x-openstack-request-id': `req-${requestId}`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

const ofProject = /[$%]\((?:project|tenant)_id\)s/g;

/** Writes links as the client reached us. */
export class Links {
  constructor(private readonly publicUrl: string | null) {}

  /** The gateway's own root: what the catalog says of images. */
  root(req: Request): string {
    return requestBaseUrl(req, this.publicUrl);
  }

  to(req: Request, path: string): { self: string } {
    return { self: `${this.root(req)}/v3/${path}` };
  }

  /** As a client is to reach an endpoint. */
  resolved(req: Request, url: string): string {
    return url.replaceAll('$(root)s', this.root(req));
  }

  /** The services, with the token's values filled into their URLs; what needs a project is left out without one. */
  catalog(req: Request, services: readonly CatalogService[], token: Token | undefined): object[] {
    const project = token?.project?.id ?? '';
    const fill = (url: string): string =>
      this.resolved(req, url)
        .replaceAll(ofProject, project)
        .replaceAll(/[$%]\(user_id\)s/g, token?.user.id ?? '');
    return services.map(({ id, type, name, endpoints }) => ({
      endpoints: endpoints
        .filter(({ url }) => project !== '' || url.search(ofProject) < 0)
        .map((one) => ({
          ...one.more,
          id: one.id,
          interface: one.interface,
          region_id: one.regionId,
          url: fill(one.url),
          region: one.regionId,
        })),
      id,
      type,
      name,
    }));
  }

  /** Of a list, which is always whole. */
  ofList(req: Request): object {
    const { path, rawQuery } = req.target;
    const query = rawQuery === null ? '' : `?${rawQuery}`;
    return { next: null, self: `${this.root(req)}${path}${query}`, previous: null };
  }
}

export function versionBody(self: string): object {
  return {
    version: {
      id: 'v3.14',
      status: 'stable',
      updated: '2020-04-07T00:00:00Z',
      links: [{ rel: 'self', href: self }],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
    },
  };
}

/** @param catalog null: leave it out */
export function tokenBody(token: Token, catalog: readonly object[] | null): object {
  const { payload, user, roles, credential } = token;
  const scoped = payload.scope !== 'unscoped';
  return {
    token: {
      methods: token.methods,
      user: { domain: placeOf(user.domain), id: user.id, name: user.name, password_expires_at: null },
      audit_ids: [payload.auditId, ...(payload.parentAuditId === null ? [] : [payload.parentAuditId])].map(
        auditText,
      ),
      expires_at: token.expiresAt,
      issued_at: token.issuedAt,
      ...scopeMembers(token),
      ...(scoped ? { roles: roles.map(({ id, name }) => ({ id, name })) } : {}),
      ...(scoped && catalog !== null ? { catalog } : {}),
      ...(credential
        ? {
            application_credential: {
              id: credential.id,
              name: credential.name,
              restricted: !credential.unrestricted,
              ...rulesMember(credential),
            },
          }
        : {}),
    },
  };
}

function auditText(auditId: string): string {
  return Buffer.from(auditId, 'hex').toString('base64url');
}

function scopeMembers({ payload, project, domain }: Token): object {
  switch (payload.scope) {
    case 'unscoped':
      return {};
    case 'domain':
      return domain ? { domain: placeOf(domain) } : {};
    case 'system':
      return { system: { all: true } };
    case 'project':
      if (!project) return {};
      return {
        project: { domain: placeOf(project.domain), id: project.id, name: project.name },
        is_domain: false,
      };
  }
}

function placeOf({ id, name }: Domain): object {
  return { id, name };
}

/** Present only where there are rules, as in Keystone. */
function rulesMember({ accessRules }: ApplicationCredential): object {
  return accessRules === null ? {} : { access_rules: accessRules.map(accessRuleBody) };
}

export function accessRuleBody({ id, service, method, path }: AccessRule): object {
  return { path, method, service, id };
}

/** @param roles all of no domain */
export function credentialBody(
  credential: ApplicationCredential,
  roles: readonly DirectoryEntity[],
  links: object,
  secret?: string,
): object {
  return {
    id: credential.id,
    name: credential.name,
    description: credential.description,
    user_id: credential.userId,
    project_id: credential.projectId,
    system: null,
    // Without a zone, as Keystone writes this one.
    expires_at: credential.expiresAt?.slice(0, -1) ?? null,
    unrestricted: credential.unrestricted,
    roles: roles.filter(({ name }) => credential.roles.some((one) => one === name)),
    ...rulesMember(credential),
    ...(secret === undefined ? {} : { secret }),
    links,
  };
}
