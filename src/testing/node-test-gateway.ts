/**
 * `node --require tagway/node-test/gateway --test`: one gateway for all files. Node's runner starts them at once, and
 * preloaded modules cannot wait, so the gateway announces itself in a file, for which the tests wait.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createTemporaryFolder } from '../ephemeral/folder';
import { ephemeralCommand } from './gateway-child';
import { shareAnnouncementIn } from './shared-gateway';

// Each file runs in a process that preloads this, too.
const isRunner = process.env['NODE_TEST_CONTEXT'] === undefined;
if (isRunner) start();

function start(): void {
  const folder = createTemporaryFolder();
  const path = join(folder.path, 'announcement');
  const output = openSync(path, 'wx', 0o600);
  if (shareAnnouncementIn(path)) {
    const { command, args, env } = ephemeralCommand([]);
    // A pipe on its standard input ends it with this process.
    const child = spawn(command, args, { env, stdio: ['pipe', output, 'inherit'] });
    child.unref();
    child.stdin?.on('error', () => undefined);
    (child.stdin as Socket | null)?.unref();
    process.once('exit', () => {
      folder.remove();
    });
  } else folder.remove();
  closeSync(output);
}
