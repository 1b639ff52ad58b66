import { randomBytes } from 'node:crypto';
import type { AccessKeys, CreatedAccessKey } from './access-keys';
import type { Directory } from './directory';
import type { DirectoryStore } from '../ports';

/** All that a first user needs; nothing of it can be read again later. */
export interface FirstUsers {
  readonly project: string;
  readonly projectId: string;
  readonly member: { readonly name: string; readonly password: string };
  readonly admin: { readonly name: string; readonly password: string };
  /** Of the member. */
  readonly accessKey: CreatedAccessKey;
}

/** Services on one transaction's store. */
export interface BootstrapServices {
  readonly users: Pick<DirectoryStore, 'hasUsers'>;
  readonly directory: Directory;
  readonly accessKeys: AccessKeys;
}

const names = { project: 'demo', member: 'demo', admin: 'admin' } as const;

/**
 * Makes the first project and users when there is no user yet. `save` is called before anything is committed, so
 * that a crash between the two never leaves users whose passwords are lost; it may be called again with other
 * secrets.
 * @returns null when there are users already
 */
export async function createFirstUsers(
  { users, directory, accessKeys }: BootstrapServices,
  save: (made: FirstUsers) => Promise<void>,
): Promise<FirstUsers | null> {
  if (await users.hasUsers()) return null;
  const project = await directory.ensureProject({ name: names.project });
  const passwords = { member: newPassword(), admin: newPassword() };
  const member = await directory.createUser({ name: names.member, password: passwords.member });
  const admin = await directory.createUser({ name: names.admin, password: passwords.admin });
  await directory.setRoles(project.id, member.id, ['member']);
  await directory.setRoles(project.id, admin.id, ['admin']);
  const made: FirstUsers = {
    project: project.name,
    projectId: project.id,
    member: { name: member.name, password: passwords.member },
    admin: { name: admin.name, password: passwords.admin },
    accessKey: await accessKeys.create(member.id, project.id),
  };
  await save(made);
  return made;
}

/** 120 bits, and nothing that a shell or a file of settings would take for its own. */
function newPassword(): string {
  return randomBytes(15).toString('base64url').replace(/^-/, '0');
}
