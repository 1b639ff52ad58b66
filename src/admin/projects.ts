import type { Request, Router } from 'express';
import { requestBaseUrl } from '../http/context';
import { throwInvalidRequest } from '../http/schema-parts';
import { clientEnvironment, shellExportLines } from '../settings/client-environment';
import { ProjectMissing } from './errors';
import { refuseOtherMethods } from './other-methods';
import { readOptionalJsonBody } from './optional-body';

/** A project of one test worker, with a member and its key. */
export interface ThrowAwayProject {
  readonly project: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly password: string };
  readonly accessKey: { readonly access: string; readonly secret: string };
}

export interface ThrowAwayProjects {
  /** @param name of project and user; null: any @throws IdentityRefused */
  create(name: string | null): Promise<ThrowAwayProject>;
  /** With all that belongs to it. @returns false if it is no throw-away project */
  remove(projectId: string): Promise<boolean>;
}

export function routeAdminProjects(
  routes: Router,
  projects: ThrowAwayProjects,
  publicUrl: string | null,
): void {
  routes
    .route('/admin/projects')
    .post(readOptionalJsonBody, async (req, res) => {
      const made = await projects.create(nameIn(req));
      const env = environment(`${requestBaseUrl(req, publicUrl)}/v3`, made);
      res.status(201).json({ ...made, env, openrc: shellExportLines(env) });
    })
    .all(refuseOtherMethods('POST'));
  routes
    .route('/admin/projects/:project')
    .delete(async (req, res) => {
      if (!(await projects.remove(req.params.project))) throw new ProjectMissing(req.params.project);
      res.status(204).end();
    })
    .all(refuseOtherMethods('DELETE'));
}

function environment(
  authUrl: string,
  { project, user, accessKey }: ThrowAwayProject,
): Record<string, string> {
  return clientEnvironment(authUrl, {
    user: user.name,
    password: user.password,
    domain: 'Default',
    project: project.name,
    projectId: project.id,
    accessKey: accessKey.access,
    secretKey: accessKey.secret,
  });
}

function nameIn({ body }: Request): string | null {
  const given: unknown = body ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return throwInvalidRequest('body', 'type', 'must be a JSON object');
  }
  const unknown = Object.keys(given).find((member) => member !== 'name');
  if (unknown !== undefined) return throwInvalidRequest(unknown, 'unknown', 'is unknown: only name is taken');
  const { name = null } = given as { name?: unknown };
  return name === null || typeof name === 'string'
    ? name
    : throwInvalidRequest('name', 'text', 'must be text');
}
