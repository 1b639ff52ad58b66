/**
 * Makes the program executable. npm does so when it links a package, and only then: `npx tagway` in a checkout built
 * anew at a place that npx has linked before was refused with "Permission denied".
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

chmodSync(join(import.meta.dirname, '../../dist/src/cli.js'), 0o755);
