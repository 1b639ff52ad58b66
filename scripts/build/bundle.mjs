/**
 * Bundles the two programs: reading a few files at the start takes a quarter of the time that 1 300 modules took.
 * Chunks keep their names, so that Node's compile cache replaces what it has of an earlier build.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './inputs.mjs';
import { replaceFolder } from './replace.mjs';

const place = join(root, 'dist/bundle');

/** A bundled module looks for its files where tsc puts it, and not where the bundle is. */
const ownPlaces = {
  name: 'own-places',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: /__dirname/ },
    handler(code, id) {
      const there = relative(place, dirname(join(root, 'dist', relative(root, id))));
      return {
        code: code.replaceAll('__dirname', `(__dirname + ${JSON.stringify(`/${there}`)})`),
        map: null,
      };
    },
  },
};

/** pg looks for Cloudflare by making a Response, for which Node 20 loads all of its fetch: 12 ms of a start. */
const notOnCloudflare = {
  name: 'not-on-cloudflare',
  transform: {
    filter: { id: /\/pg\/lib\/stream\.js$/ },
    handler(code) {
      const asked = "typeof Response === 'function'";
      if (!code.includes(asked))
        throw new Error(`pg no longer asks for ${asked}: is this plugin still needed?`);
      return { code: code.replace(asked, 'false'), map: null };
    },
  },
};

const made = `${place}.${process.pid}`;
try {
  const bundle = await rolldown({
    cwd: root,
    input: { main: 'src/commands/main.ts', cli: 'src/commands/cli.ts' },
    platform: 'node',
    // As tsc has it: the file that an import of ./x.js means is x.ts.
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    // An optional part of pg, which is not installed.
    external: ['pg-native'],
    plugins: [ownPlaces, notOnCloudflare],
    onLog: (level, log) => {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({
    dir: made,
    format: 'cjs',
    sourcemap: 'hidden',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
  });
  await bundle.close();
  mkdirSync(made, { recursive: true });
  for (const chunk of output) write(chunk);
  writeFileSync(join(made, 'LICENSES'), licensesOf(output));
  replaceFolder(made, place);
} finally {
  rmSync(made, { recursive: true, force: true });
}

function write({ type, fileName, code, source }) {
  if (type === 'chunk') {
    writeFileSync(join(made, fileName), inAscii(code));
    return;
  }
  // Stack traces need places only.
  const map = JSON.parse(source);
  delete map.sourcesContent;
  writeFileSync(join(made, fileName), JSON.stringify(map));
}

/** One letter beyond Latin-1 makes V8 keep all of a file's source in two bytes a character. */
function inAscii(code) {
  return code.replace(/(\\*)([\u0080-\uffff])/g, (_, slashes, letter) => {
    if (slashes.length % 2 === 1) throw new Error(`a backslash before ${letter}: its escape would change`);
    return `${slashes}\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Of every package whose code is in the bundle. */
function licensesOf(output) {
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]);
  const packages = [...new Set(folders)].filter((folder) => folder !== undefined).sort();
  return packages.map(licenseOf).join('\n');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? `${license}\n` : readFileSync(join(folder, file), 'utf8');
  return `==== ${name} ${version}\n\n${text}`;
}
