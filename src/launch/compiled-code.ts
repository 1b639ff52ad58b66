import { createHash, type Hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What Node calls to run a module's source; its types do not know it. */
type Compile = (this: Module, source: string, file: string) => void;
type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: Module,
  file: string,
  folder: string,
) => void;

/**
 * Keeps the machine code of the bundle's files when the process ends, for the next start: a fifth of its processor time.
 * Node's own cache, from 22.8, saves less.
 * @param folder in which no other account may write: what lies there is run
 */
export function keepCompiledCode(folder: string, bundle: string): void {
  const kept = new CompiledCode(join(folder, `${process.version}-${process.arch}`, nameOf(bundle)));
  const modules = Module.prototype as unknown as { _compile: Compile };
  const usual = modules._compile;
  modules._compile = function (source, file) {
    if (dirname(file) !== bundle) {
      usual.call(this, source, file);
      return;
    }
    const run = kept.scriptOf(source, file).runInThisContext() as ModuleFunction;
    run.call(this.exports, this.exports, createRequire(file), this, file, dirname(file));
  };
  process.once('exit', () => {
    kept.save();
  });
}

/** Two checkouts do not take each other's places. */
function nameOf(bundle: string): string {
  return createHash('sha256').update(bundle).digest('hex').slice(0, 16);
}

class CompiledCode {
  private readonly unsaved: { readonly script: Script; readonly source: Hash; readonly place: string }[] = [];

  constructor(private readonly folder: string) {}

  scriptOf(text: string, file: string): Script {
    const source = createHash('sha256').update(text);
    const place = join(this.folder, `${basename(file)}.code`);
    const cachedData = read(place, source);
    const script = new Script(Module.wrap(text), { filename: file, ...(cachedData && { cachedData }) });
    // V8 rejects what another version of it has made, or other flags.
    if (script.cachedDataRejected !== false) this.unsaved.push({ script, source, place });
    return script;
  }

  /** V8 caches only functions that have run, so this comes at the end. */
  save(): void {
    try {
      if (this.unsaved.length > 0) mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      for (const { script, source, place } of this.unsaved) write(place, source, script.createCachedData());
    } catch {
      // The next start compiles anew.
    }
  }
}

/** The sum is of the source and the code: V8 itself compares no more of the source than its length. */
function sumOf(source: Hash, code: Buffer): Buffer {
  return source.copy().update(code).digest();
}

const sumLength = 32;

function read(place: string, source: Hash): Buffer | undefined {
  try {
    const found = readFileSync(place);
    const code = found.subarray(sumLength);
    return sumOf(source, code).equals(found.subarray(0, sumLength)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Under its name only when it is whole: others may read it at any moment. */
function write(place: string, source: Hash, code: Buffer): void {
  const made = `${place}.${String(process.pid)}`;
  try {
    writeFileSync(made, Buffer.concat([sumOf(source, code), code]), { mode: 0o600 });
    renameSync(made, place);
  } finally {
    rmSync(made, { force: true });
  }
}
