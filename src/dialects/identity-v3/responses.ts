import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { baseUrl } from '../../http/context';
import type { ApplicationCredential, Project, User } from '../../identity/ports';
import type { Token } from '../../identity/tokens/tokens';

export const domain = { id: 'default', name: 'Default' } as const;
export const region = 'RegionOne';

/** JSON as Keystone sends it: without a charset. */
export function send(res: Response, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  // Not by way of Express' `set`, which would add a charset.
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', bytes.length);
  res.status(status).end(bytes);
}

/** On every answer. */
export function openHeaders({ requestId }: IncomingMessage): Record<string, string> {
  return {
    Vary: 'X-Auth-Token',
    'x-openstack-request-id': `req-${requestId}`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Writes links as the client reached us. */
export class Links {
  constructor(private readonly publicUrl: string | null) {}

  /** The gateway's own root: what the catalog says of images. */
  root(req: Request): string {
    return baseUrl(req, this.publicUrl);
  }

  to(req: Request, path: string): { self: string } {
    return { self: `${this.root(req)}/v3/${path}` };
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

/** Services and roles have ids in Keystone; here they follow from the names, so that every gateway has the same. */
function idFor(what: string): string {
  return createHash('sha256').update(`tagway ${what}`).digest('hex').slice(0, 32);
}

export function roleId(role: string): string {
  return idFor(`role ${role}`);
}

export function catalog(root: string): object[] {
  return [
    { type: 'identity', name: 'keystone', url: `${root}/v3` },
    { type: 'image', name: 'glance', url: root },
  ].map(({ type, name, url }) => ({
    endpoints: ['public', 'internal', 'admin'].map((face) => ({
      id: idFor(`endpoint ${type} ${face}`),
      interface: face,
      region_id: region,
      url,
      region,
    })),
    id: idFor(`service ${type}`),
    type,
    name,
  }));
}

/** @param root of the catalog; null: leave it out */
export function tokenBody(token: Token, root: string | null): object {
  const { payload, user, roles, credential } = token;
  const scoped = payload.scope !== 'unscoped';
  return {
    token: {
      methods: token.methods,
      user: { domain, id: user.id, name: user.name, password_expires_at: null },
      audit_ids: [payload.auditId, ...(payload.parentAuditId === null ? [] : [payload.parentAuditId])].map(
        auditText,
      ),
      expires_at: token.expiresAt,
      issued_at: token.issuedAt,
      ...scopeMembers(token),
      ...(scoped ? { roles: roles.map((name) => ({ id: roleId(name), name })) } : {}),
      ...(scoped && root !== null ? { catalog: catalog(root) } : {}),
      ...(credential
        ? {
            application_credential: {
              id: credential.id,
              name: credential.name,
              restricted: !credential.unrestricted,
            },
          }
        : {}),
    },
  };
}

function auditText(auditId: string): string {
  return Buffer.from(auditId, 'hex').toString('base64url');
}

function scopeMembers({ payload, project }: Token): object {
  switch (payload.scope) {
    case 'unscoped':
      return {};
    case 'domain':
      return { domain };
    case 'system':
      return { system: { all: true } };
    case 'project':
      return { project: { domain, id: project?.id, name: project?.name }, is_domain: false };
  }
}

export function projectBody({ id, name }: Project, links: object): object {
  return {
    id,
    name,
    domain_id: domain.id,
    description: '',
    enabled: true,
    parent_id: domain.id,
    is_domain: false,
    tags: [],
    options: {},
    links,
  };
}

export function userBody({ id, name, enabled }: User, links: object): object {
  return { id, name, domain_id: domain.id, enabled, password_expires_at: null, options: {}, links };
}

export function domainBody(links: object): object {
  return { ...domain, description: 'The default domain', enabled: true, tags: [], options: {}, links };
}

export function regionBody(links: object): object {
  return { id: region, description: '', parent_region_id: null, links };
}

export function credentialBody(credential: ApplicationCredential, links: object, secret?: string): object {
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
    roles: credential.roles.map((name) => ({
      id: roleId(name),
      name,
      domain_id: null,
      description: null,
      options: {},
    })),
    ...(secret === undefined ? {} : { secret }),
    links,
  };
}
