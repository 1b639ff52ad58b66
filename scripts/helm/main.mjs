/**
 * Lints and renders the chart with Helm's own packages, and holds what comes out, and the plain manifests, against the
 * schemas of Kubernetes' API. `test/deploy/helm/rendered.yaml` is kept, so that tests need neither Go nor Helm:
 * `--write` writes it anew. Needs Go 1.24 or newer and a Python that can install kubernetes-validate.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, root } from '../build/inputs.mjs';

const chart = 'docs/deploy/helm/tagway';
const values = 'test/deploy/helm/values.yaml';
const kept = join(root, 'test/deploy/helm/rendered.yaml');
/** The oldest and the newest that the schemas are there for. */
const versions = ['1.25', '1.37'];

const work = mkdtempSync(join(tmpdir(), 'tagway-helm-'));
try {
  const helm = join(work, 'helm');
  run('go', ['build', '-o', helm, '.'], join(root, 'scripts/helm'));
  const rendered = run(helm, [chart, values], root);
  const text = `# Of the chart and values with the digest ${digestOf([chart, values])} (scripts/helm/main.mjs)\n${rendered}`;
  if (process.argv.includes('--write')) writeFileSync(kept, text);
  else if (readFileSync(kept, 'utf8') !== text) throw new Error(`${kept} is old: --write makes it anew`);
  validate();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function validate() {
  const python = join(work, 'python');
  run('python3', ['-m', 'venv', python], root);
  run(join(python, 'bin/pip'), ['install', '--quiet', 'kubernetes-validate==1.37.0'], root);
  const folder = join(root, 'docs/deploy/kubernetes');
  const manifests = readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
  const files = [kept, ...manifests.map((name) => join(folder, name))];
  for (const version of versions) {
    run(
      join(python, 'bin/kubernetes-validate'),
      ['--strict', '--kubernetes-version', version, ...files],
      root,
    );
  }
  process.stdout.write(`valid in Kubernetes ${versions.join(' and ')}: ${String(files.length)} files\n`);
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}
