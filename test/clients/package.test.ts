import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

const root = join(__dirname, '../..');
let folder: string;
let packed: string;

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

beforeAll(() => {
  folder = temporaryFolder('tagway-package');
  npm(root, 'pack', '--ignore-scripts', '--pack-destination', folder);
  packed = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{"name":"suite","private":true}');
  npm(folder, 'install', '--no-audit', '--no-fund', join(folder, packed));
}, 300_000);

afterAll(() => {
  removeFolder(folder);
});

const uses = `
  const gateway = await startTagway();
  const answer = await fetch(gateway.url + '/readyz');
  console.log(answer.status, gateway.env.OS_USERNAME);
  await gateway.stop();
`;

test.each([
  ['an ES module', 'suite.mjs', `import { startTagway } from 'tagway';${uses}`],
  ['CommonJS', 'suite.cjs', `const { startTagway } = require('tagway');(async () => {${uses}})();`],
])(
  'the packed tarball starts a gateway from %s',
  (_, name, text) => {
    writeFileSync(join(folder, name), text);
    expect(node(name)).toBe('200 demo\n');
  },
  120_000,
);

test('it has the types, for both kinds of modules', () => {
  mkdirSync(join(folder, 'types'));
  const text = `import { startTagway, type Tagway } from 'tagway';
    export async function start(): Promise<Tagway> {
      const gateway = await startTagway({ seed: { users: [] }, timeoutMs: 1_000 });
      const found: string | null = gateway.credentials.accessKey;
      // @ts-expect-error: an option that it does not have
      await startTagway({ sead: 'x' });
      return found === null ? gateway : gateway;
    }`;
  for (const name of ['a.mts', 'b.cts']) writeFileSync(join(folder, 'types', name), text);
  const options = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    strict: true,
    noEmit: true,
    types: [],
  };
  writeFileSync(join(folder, 'types/tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  expect(spawnSync(process.execPath, [tsc, '-p', 'types'], { cwd: folder, encoding: 'utf8' }).stdout).toBe(
    '',
  );
}, 60_000);

test('its command runs, and finds nothing wrong with this machine', () => {
  const cli = join(folder, 'node_modules/.bin/tagway');
  expect(node(cli, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TAGWAY_STATE_DIR: join(folder, 'state'),
    TAGWAY_PORT: '0',
  };
  const said = execFileSync(process.execPath, [cli, 'doctor'], { cwd: folder, encoding: 'utf8', env });
  expect(said).not.toContain('attention');
});
