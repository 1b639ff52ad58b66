import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Projects and people as the recordings name them. */
export const seeded = {
  alpha: 'a1fa0000000000000000000000000001',
  beta: 'be7a0000000000000000000000000002',
  image: '67e17426-359e-49fb-aa12-0bd1756ec240',
  password: 'correct horse',
  access: 'AKTESTEXAMPLE0000001',
  secret: 'SKtestExampleSecretKey000000000000000001',
} as const;

export const seedContent = {
  projects: [
    { id: seeded.alpha, name: 'alpha' },
    { id: seeded.beta, name: 'beta' },
  ],
  users: [
    { name: 'alice', password: seeded.password, roles: { alpha: ['member'] } },
    { name: 'bob', password: seeded.password, roles: { [seeded.beta]: ['member'] } },
    { name: 'admin', password: seeded.password, roles: { alpha: ['admin'] } },
  ],
  accessKeys: [{ access: seeded.access, secret: seeded.secret, user: 'alice', project: 'alpha' }],
  images: [{ id: seeded.image, name: 'base', project: 'alpha', visibility: 'shared', tags: ['a', 'k=v'] }],
};

/** @returns the path of a seed file in that folder */
export function writeSeed(folder: string, content: unknown = seedContent): string {
  const file = join(folder, 'seed.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}
