import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { dialects } from '../../src/composition/dialects';
import { readConfig } from '../../src/settings/config';

const root = join(__dirname, '../..');
const chart = join(root, 'docs/deploy/helm/tagway');
const values = join(__dirname, 'helm/values.yaml');
const rendered = readFileSync(join(__dirname, 'helm/rendered.yaml'), 'utf8');

interface Pod {
  readonly spec: {
    readonly enableServiceLinks: boolean;
    readonly automountServiceAccountToken: boolean;
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: object;
    readonly volumes: { readonly name: string }[];
    readonly containers: [
      {
        readonly image: string;
        readonly env: { readonly name: string; readonly value: string }[];
        readonly envFrom: { readonly secretRef: { readonly name: string } }[];
        readonly volumeMounts: { readonly name: string; readonly mountPath: string }[];
        readonly securityContext: object;
      },
    ];
  };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly stringData?: Record<string, string>;
  readonly spec: { readonly template: Pod; readonly selector: object };
}

const manifests = parseAllDocuments(rendered, { strict: true, uniqueKeys: true }).flatMap((document) => {
  if (document.errors.length > 0) throw document.errors[0] ?? new Error('no YAML');
  const manifest = document.toJS() as Manifest | null;
  return manifest === null ? [] : [manifest];
});
const only = (kind: string, name = 'tagway'): Manifest => {
  const [found, ...others] = manifests.filter((one) => one.kind === kind && one.metadata.name === name);
  if (!found || others.length > 0) throw new Error(`not one ${kind} ${name}`);
  return found;
};
const pods = [only('Deployment'), only('Job', 'tagway-migration')].map(({ spec }) => spec.template.spec);

test('what is rendered here is of the chart as it is: node scripts/helm/main.mjs --write', () => {
  const names = readdirSync(chart, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = [...names.map((entry) => join(entry.parentPath, entry.name)), values].sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  expect(rendered.split('\n')[0]).toContain(hash.digest('hex'));
});

test('the gateways get settings that they take, their secret and their seed', () => {
  const [container] = only('Deployment').spec.template.spec.containers;
  const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  const config = readConfig(environment, dialects);
  expect(config).toMatchObject({ port: 9292, drainDelay: 20, workers: 2, imageTagQuota: 64 });
  expect(container.envFrom).toEqual([{ secretRef: { name: 'tagway-database' } }]);
  expect(container.image).toMatch(/^registry\.example\/tagway@sha256:[0-9a-f]{64}$/);
  expect(only('Deployment').spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(20 + 20);
  const seed = JSON.parse(only('Secret', 'tagway-seed').stringData?.['seed.json'] ?? '') as {
    users: unknown;
  };
  expect(seed.users).toEqual([{ name: 'alice', password: "it's a secret", roles: { alpha: ['member'] } }]);
  const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
  expect(mounts).toEqual(expect.arrayContaining([config.stateDir, '/seed', '/state/images', '/tmp']));
});

test('no pod has rights that it does not need, and each volume that it mounts is there', () => {
  for (const { containers, volumes, ...spec } of pods) {
    expect(spec).toMatchObject({
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const mounted = containers[0].volumeMounts.map(({ name }) => name);
    expect(volumes.map(({ name }) => name)).toEqual(mounted);
  }
});

test('the values have a schema that knows each of them, and the chart the version of the package', () => {
  const given = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as object;
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as {
    properties: object;
  };
  expect(Object.keys(schema.properties).filter((name) => name !== 'global')).toEqual(Object.keys(given));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const about = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as Record<string, string>;
  expect([about['version'], about['appVersion']]).toEqual([version, version]);
});
