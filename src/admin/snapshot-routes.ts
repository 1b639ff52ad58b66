import { pipeline } from 'node:stream/promises';
import type { Router } from 'express';
import type { Snapshot, Snapshots } from '../core/snapshots';
import { ProjectMissing } from './errors';
import { refuseOtherMethods } from './other-methods';
import type { ThrowAwayProjects } from './projects';

/** States of one project, or of all of them (null). */
export interface ResetsAndSnapshots extends Snapshots {
  /** Back to what the seed says. */
  reset(projectId: string | null): Promise<void>;
  /** A snapshot of everything as a state file. @throws SnapshotRefused */
  stateFile(id: string): Promise<AsyncIterable<Buffer>>;
  hasProject(projectId: string): Promise<boolean>;
  readonly projects: ThrowAwayProjects;
}

/** Reset and snapshots of a project while others go on, and snapshots of everything. */
export function routeResetsAndSnapshots(routes: Router, snapshots: ResetsAndSnapshots): void {
  const projectOf = async ({ project = '' }: Params): Promise<string> => {
    if (await snapshots.hasProject(project)) return project;
    throw new ProjectMissing(project);
  };
  routes
    .route('/admin/projects/:project/reset')
    .post(async (req, res) => {
      await snapshots.reset(await projectOf(req.params));
      res.status(204).end();
    })
    .all(refuseOtherMethods('POST'));
  routeSnapshots(routes, '/admin/projects/:project/snapshots', snapshots, projectOf);
  routeSnapshots(routes, '/admin/snapshots', snapshots, () => Promise.resolve(null));
  routes
    .route('/admin/snapshots/:id/file')
    .get(async ({ params: { id } }, res) => {
      const lines = await snapshots.stateFile(id);
      res.set({
        'Content-Type': 'application/x-ndjson',
        'Content-Disposition': `attachment; filename="${id}.tgw"`,
      });
      await pipeline(lines, res);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
}

interface Params {
  readonly project?: string;
  readonly id?: string;
}

function routeSnapshots(
  routes: Router,
  path: string,
  snapshots: Snapshots,
  projectOf: (params: Params) => Promise<string | null>,
): void {
  routes
    .route(path)
    .get(async ({ params }, res) => {
      const found = await snapshots.list(await projectOf(params));
      res.json({ snapshots: found.map(shown) });
    })
    .post(async ({ params }, res) => {
      res.status(201).json(shown(await snapshots.take(await projectOf(params))));
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));
  routes
    .route(`${path}/:id`)
    .delete(async ({ params }: { params: Params }, res) => {
      await snapshots.remove(await projectOf(params), params.id ?? '');
      res.status(204).end();
    })
    .all(refuseOtherMethods('DELETE'));
  routes
    .route(`${path}/:id/restore`)
    .post(async ({ params }: { params: Params }, res) => {
      await snapshots.restore(await projectOf(params), params.id ?? '');
      res.status(204).end();
    })
    .all(refuseOtherMethods('POST'));
}

function shown({ id, createdAt }: Snapshot): Record<string, string> {
  return { id, created_at: createdAt };
}
