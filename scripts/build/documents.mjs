/**
 * Puts what `/docs` serves beside the compiled gateway, at the places where it lies in the repository: so the package
 * needs neither the repository nor the viewer's own package.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const { swaggerUiFiles } = createRequire(import.meta.url)(join(dist, 'src/docs/paths.js'));

const copy = (from, to = from) => cpSync(join(root, from), join(dist, to), { recursive: true, force: true });

copy('docs');
for (const page of readdirSync(join(dist, 'docs'), { recursive: true })) {
  if (!existsSync(join(root, 'docs', page)))
    rmSync(join(dist, 'docs', page), { recursive: true, force: true });
}
copy('src/docs/assets');
for (const name of ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md']) copy(name);
// What dialects of one vendor share has no contract of its own.
for (const name of readdirSync(join(root, 'src/dialects'))) {
  const contract = join('src/dialects', name, 'contract.yaml');
  if (existsSync(join(root, contract))) copy(contract);
}
mkdirSync(join(dist, 'viewer'), { recursive: true });
for (const name of [...swaggerUiFiles, 'LICENSE', 'NOTICE']) {
  copy(join('node_modules/swagger-ui-dist', name), join('viewer', name));
}
