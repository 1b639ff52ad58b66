import { createRequire } from 'node:module';
import { join } from 'node:path';
import { useCompileCache } from './compile-cache';
import { mapStackTraces } from './stack-traces';

/** `scripts/build/bundle.mjs` makes it: to read a few files takes a quarter of the time of 1 300 modules. */
const bundle = join(__dirname, '../../bundle');

/** @param name of a module in `src/commands`, whose exports it returns */
export function loadProgram(
  name: 'main' | 'cli',
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  useCompileCache(env, bundle);
  mapStackTraces(bundle);
  return createRequire(__filename)(join(bundle, `${name}.js`));
}
