import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readDocsPages } from '../../src/docs/pages';

const root = join(__dirname, '../..');
const dialects = ['identity-v3', 'huawei-images', 'huawei-cloudimages', 'openstack-images', 'tagway'];
const run = promisify(execFile);

test('the built gateway shows the same pages as the repository, out of files of its own', async () => {
  await run(process.execPath, [join(root, 'scripts/build/documents.mjs')]);
  const pages = JSON.stringify(join(root, 'dist/src/docs/pages.js'));
  const places = JSON.stringify(join(root, 'dist/src/docs/paths.js'));
  const program = `
    const { readDocsPages } = require(${pages});
    const { documentPaths } = require(${places});
    const paths = [...readDocsPages(${JSON.stringify(dialects)}).keys()];
    console.log(JSON.stringify({ paths, viewer: documentPaths.viewer() }));`;
  const { stdout } = await run(process.execPath, ['-e', program]);
  const { paths, viewer } = JSON.parse(stdout) as { paths: string[]; viewer: string };
  expect(paths).toEqual([...readDocsPages(dialects).keys()]);
  expect(viewer).toBe(join(root, 'dist/viewer'));
});

test('the package holds the contracts, the pages and the viewer, with its licence', async () => {
  const options = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await run('npm', options, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const files = packed.files.map(({ path }) => path);
  expect(files).toEqual(
    expect.arrayContaining([
      ...dialects.map((name) => `dist/src/dialects/${name}/contract.yaml`),
      'dist/README.md',
      'dist/docs/architecture.md',
      'dist/src/docs/assets/viewer.js',
      'dist/viewer/swagger-ui-bundle.js',
      'dist/viewer/LICENSE',
    ]),
  );
  expect(files.filter((path) => path.startsWith('src/') || path.startsWith('test/'))).toEqual([]);
});
