/**
 * Builds `console/` into the package, when anything that goes into it has changed: `npm start` builds first, and must
 * not wait. The page is replaced whole and at once, because a gateway may be reading it.
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, root } from './inputs.mjs';
import { replaceFolder } from './replace.mjs';

const page = join(root, 'dist/src/console/page');

/** Beside its own sources the page has the grammar of searches, and the rules of tags from the core. */
const inputs = [
  'console',
  'src/console',
  'src/core',
  'scripts/build/console.mjs',
  'package.json',
  'package-lock.json',
];

const state = digestOf(inputs);
const stamp = join(page, '.state');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) await build();

async function build() {
  const { build: bundle } = await import('vite');
  const { default: config } = await import('../../console/vite.config.mjs');
  const made = `${page}.${process.pid}`;
  try {
    const built = await bundle({
      configFile: false,
      logLevel: 'warn',
      ...config,
      build: { ...config.build, outDir: made },
    });
    copyLicenses(built.output, made);
    writeFileSync(join(made, '.state'), state);
    replaceFolder(made, page);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Of every package whose code or colors are in the page. */
function copyLicenses(output, made) {
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  const named = modules.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]);
  // Style sheets are read before the bundler lists its modules.
  for (const name of new Set([...named, '@radix-ui/colors'])) {
    if (name === undefined) continue;
    cpSync(join(root, 'node_modules', name, 'LICENSE'), join(made, `LICENSE-${name.replace('/', '-')}`));
  }
}
