import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** null: this clone does not hold the commit */
export function commitOf(revision: string): string | null {
  const found = spawnSync('git', ['rev-parse', '--quiet', '--verify', `${revision}^{commit}`], { cwd: root });
  return found.status === 0 ? found.stdout.toString().trim() : null;
}

/**
 * Builds an earlier commit in a folder, with the packages of this checkout.
 * @throws Error with what the build printed
 */
export function buildEarlier(commit: string, folder: string): string {
  const checkout = join(folder, 'earlier');
  if (existsSync(join(checkout, 'dist/src/main.js'))) return checkout;
  mkdirSync(checkout, { recursive: true });
  run(`git archive ${commit} | tar -x -C "${checkout}"`, root);
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  run('npm run --silent build', checkout);
  return checkout;
}

function run(command: string, cwd: string): void {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], { cwd });
  if (status !== 0) throw new Error(`${command}:\n${stdout.toString()}${stderr.toString()}`);
}
