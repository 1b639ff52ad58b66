import { ownImages } from '../core/ports';
import type { Caller } from '../core/caller';
import { Refused } from '../core/errors';
import type { ImageService } from '../core/image-service';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import { readSeedFile, type Seed, SeedError } from './seed-file';

/**
 * Brings a seed file's projects, users, credentials and images into being. Idempotent: existing ones stay,
 * save that a user's password and roles, secrets, and a credential's roles follow the file. An image that exists,
 * by its id or else by its name in the project, keeps the changes made to it.
 * @param source a file, or what was read of one
 * @param tagLimit tags that an image may have
 * @throws SeedError
 */
export async function applySeed(
  source: string | Seed,
  identity: SeedIdentity,
  images: ImageService,
  tagLimit: number,
): Promise<void> {
  const seed = typeof source === 'string' ? readSeedFile(source) : source;
  const faults: string[] = [];
  const attempt = async (what: string, step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Refused) && (error as Error).name !== 'IdentityRefused') throw error;
      faults.push(`${what}: ${(error as Error).message}`);
    }
  };
  for (const project of seed.projects) {
    await attempt(`project ${project.name}`, () => identity.directory.ensureProject(project));
  }
  for (const user of seed.users) await attempt(`user ${user.name}`, () => seedUser(identity, user));
  for (const one of seed.applicationCredentials) {
    await attempt(`application credential ${one.name}`, () => seedCredential(identity, one));
  }
  for (const key of seed.accessKeys) await attempt(`access key ${key.access}`, () => seedKey(identity, key));
  for (const image of seed.images) {
    await attempt(`image ${image.id ?? image.name}`, () => seedImage(identity, images, image, tagLimit));
  }
  if (faults.length > 0) throw new SeedError(typeof source === 'string' ? source : 'seed', faults);
}

/** The images that a seed names in a project, again. @throws SeedError */
export async function applySeedImages(
  source: string | Seed,
  projectId: string,
  { directory }: Pick<SeedIdentity, 'directory'>,
  images: ImageService,
  tagLimit: number,
): Promise<void> {
  const seed = typeof source === 'string' ? readSeedFile(source) : source;
  for (const image of seed.images) {
    const { id } = await directory.requireProject(image.project);
    if (id === projectId) await seedImage({ directory }, images, image, tagLimit);
  }
}

/** What a seed needs of identity. */
export interface SeedIdentity {
  readonly directory: Pick<
    EmbeddedIdentity['directory'],
    'ensureProject' | 'ensureUser' | 'setRoles' | 'requireUser' | 'requireProject'
  >;
  readonly accessKeys: Pick<EmbeddedIdentity['accessKeys'], 'ensure'>;
  readonly applicationCredentials: Pick<EmbeddedIdentity['applicationCredentials'], 'ensure'>;
}

async function seedUser({ directory }: SeedIdentity, user: Seed['users'][number]): Promise<void> {
  const { id } = await directory.ensureUser(user);
  for (const [project, roles] of Object.entries(user.roles)) {
    await directory.setRoles((await directory.requireProject(project)).id, id, roles);
  }
}

async function seedKey(
  { directory, accessKeys }: SeedIdentity,
  key: Seed['accessKeys'][number],
): Promise<void> {
  const user = await directory.requireUser(key.user);
  const project = await directory.requireProject(key.project);
  await accessKeys.ensure({
    access: key.access,
    secret: key.secret,
    userId: user.id,
    projectId: project.id,
    allProjects: key.allProjects ?? false,
  });
}

async function seedCredential(
  { directory, applicationCredentials }: SeedIdentity,
  { user, project, ...credential }: Seed['applicationCredentials'][number],
): Promise<void> {
  const userId = (await directory.requireUser(user)).id;
  const projectId = (await directory.requireProject(project)).id;
  await applicationCredentials.ensure({ ...credential, userId, projectId });
}

async function seedImage(
  { directory }: Pick<SeedIdentity, 'directory'>,
  images: ImageService,
  { id, name, project, visibility, tags }: Seed['images'][number],
  tagLimit: number,
): Promise<void> {
  const operator = operatorOf((await directory.requireProject(project)).id);
  if (id === undefined && (await isNamed(images, operator, name))) return;
  try {
    const image = { name, visibility, tags, ...(id === undefined ? {} : { imageId: id }) };
    await images.create(operator, image, tagLimit);
  } catch (error) {
    if (!(error instanceof Refused && error.refusal.kind === 'image-exists')) throw error;
  }
}

async function isNamed(images: ImageService, operator: Caller, name: string): Promise<boolean> {
  const where = [{ kind: 'field', field: 'name', op: 'eq', value: name }] as const;
  return (await images.count(operator, { source: ownImages, where })) > 0;
}

/** The operator may do in any project what its members may, and make images public. */
function operatorOf(projectId: string): Caller {
  return {
    userId: 'operator',
    userName: 'operator',
    scope: 'project',
    projectId,
    roles: ['admin'],
    accessLevel: 'admin',
    via: { dialect: 'seed', operation: 'seed', requestId: null, accessKey: null },
  };
}
