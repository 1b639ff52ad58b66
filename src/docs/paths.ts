import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository, or the folder of a build, which has the documents at the same places (scripts/build). */
const root = join(__dirname, '../..');

/** Where what is served lies. */
export const documentPaths = {
  root,
  pages: join(root, 'docs'),
  assets: join(__dirname, 'assets'),
  contract: (dialect: string): string => join(__dirname, '../dialects', dialect, 'contract.yaml'),
  viewer: (): string => {
    const built = join(root, 'viewer');
    return existsSync(built) ? built : join(root, 'node_modules/swagger-ui-dist');
  },
} as const;

/** What of the viewer's package is needed; a build ships these and no more. */
export const swaggerUiFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;
