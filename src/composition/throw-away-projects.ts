import { randomBytes } from 'node:crypto';
import type { ThrowAwayProject, ThrowAwayProjects } from '../admin/projects';
import type { RepeatableIds } from '../core/ids';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import { IdentityRefused } from '../identity/errors';
import type { Database } from '../storage/database/database';
import { PostgresThrowAwayProjects } from '../storage/identity/throw-away';
import type { PostgresSnapshots } from '../storage/snapshots/snapshot-store';

/** @param identity null: another service keeps users and projects */
export function createThrowAwayProjects(
  database: Database,
  snapshots: PostgresSnapshots,
  identity: EmbeddedIdentity | null,
  ids: RepeatableIds,
): ThrowAwayProjects {
  const store = new PostgresThrowAwayProjects(database);
  const embedded = (): EmbeddedIdentity => identity ?? refuse();
  const remove = async (projectId: string): Promise<boolean> => {
    const users = await store.usersOf(projectId);
    if (!users) return false;
    // First, so that its clients write nothing between the steps.
    for (const user of users) await embedded().directory.setUserEnabled(user, false);
    await snapshots.forget(projectId);
    await store.remove(projectId);
    return true;
  };
  return {
    create: async (name) => {
      const { directory } = embedded();
      const chosen = name ?? `test-${randomBytes(6).toString('hex')}`;
      const id = ids.named('project', chosen);
      const project = await directory.createProject({ name: chosen, ...(id !== undefined && { id }) });
      await store.markProject(project.id);
      try {
        return await peopled(embedded(), store, project);
      } catch (error) {
        await remove(project.id);
        throw error;
      }
    },
    remove,
  };
}

async function peopled(
  { directory, accessKeys }: EmbeddedIdentity,
  store: PostgresThrowAwayProjects,
  project: ThrowAwayProject['project'],
): Promise<ThrowAwayProject> {
  const password = randomBytes(10).toString('hex');
  const user = await directory.createUser({ name: project.name, password });
  await store.markUser(user.id, project.id);
  await directory.setRoles(project.id, user.id, ['member']);
  const { access, secret } = await accessKeys.create(user.id, project.id);
  return {
    project: { id: project.id, name: project.name },
    user: { id: user.id, name: user.name, password },
    accessKey: { access, secret },
  };
}

function refuse(): never {
  throw new IdentityRefused(
    { kind: 'not-allowed', action: 'create_project' },
    'users, projects and access keys are kept elsewhere, as TAGWAY_IDENTITY says',
  );
}
