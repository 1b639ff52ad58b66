import { dialects } from '../../src/composition/dialects';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/settings/config';
import { testGateway } from '../support/gateway';
import { send } from '../support/wire';

const folder = join(__dirname, '../../docs/deploy/kubernetes');
const given = testGateway();

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Record<string, never>;
  readonly stringData?: Record<string, string>;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly command?: string[];
  readonly envFrom: { readonly secretRef: { readonly name: string } }[];
  readonly env?: { readonly name: string; readonly value: string }[];
  readonly ports?: { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: { readonly name: string; readonly mountPath: string }[];
  readonly securityContext?: object;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

interface Pod {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: {
    readonly enableServiceLinks?: boolean;
    readonly automountServiceAccountToken?: boolean;
    readonly securityContext?: object;
    readonly terminationGracePeriodSeconds?: number;
    readonly containers: [Container];
    readonly volumes?: { readonly name: string; readonly emptyDir?: object }[];
  };
}

const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as {
  resources: string[];
};
const manifests = resources.flatMap((name) =>
  parseAllDocuments(readFileSync(join(folder, name), 'utf8'), { strict: true, uniqueKeys: true }).map(
    (document) => {
      if (document.errors.length > 0) throw new Error(`${name}: ${String(document.errors[0])}`);
      return document.toJS() as Manifest;
    },
  ),
);

function only(kind: string, name = 'tagway'): Manifest {
  const found = manifests.filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${String(found.length)} of ${kind} ${name}`);
  return found[0];
}

const deployment = only('Deployment').spec as unknown as {
  selector: { matchLabels: object };
  replicas: number;
  template: Pod;
};
const pod = deployment.template;
const [container] = pod.spec.containers;
const job = only('Job', 'tagway-migration').spec as unknown as { template: Pod };
const [migration] = job.template.spec.containers;

/** What the container finds in its environment. */
function environmentOf({ env = [], envFrom }: Container): Record<string, string> {
  const secrets = envFrom.map(({ secretRef }) => only('Secret', secretRef.name).stringData ?? {});
  return Object.assign(
    {},
    ...secrets,
    Object.fromEntries(env.map(({ name, value }) => [name, value])),
  ) as Record<string, string>;
}

test('every manifest is listed, is of a stable version, and has a kind and a name that occur once', () => {
  const files = readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
  expect([...resources].sort()).toEqual(files.sort());
  const versions = manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  expect(new Set(versions)).toEqual(
    new Set([
      'v1 Secret',
      'batch/v1 Job',
      'apps/v1 Deployment',
      'v1 Service',
      'policy/v1 PodDisruptionBudget',
      'networking.k8s.io/v1 NetworkPolicy',
    ]),
  );
  const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('the gateways get settings that they take, and every variable is a setting', () => {
  const environment = environmentOf(container);
  expect(() => readConfig(environment, dialects)).toThrow(/TAGWAY_MASTER_KEY must not be all zeros/);
  const config = readConfig({ ...environment, TAGWAY_MASTER_KEY: 'c1'.repeat(32) }, dialects);
  expect(config).toMatchObject({ host: '0.0.0.0', port: container.ports?.[0]?.containerPort });
  expect(config.masterKey).not.toBeNull();
  const mounts = container.volumeMounts?.map(({ mountPath }) => mountPath);
  expect(mounts).toContain(config.stateDir);
  expect(container.volumeMounts?.map(({ name }) => name)).toEqual(pod.spec.volumes?.map(({ name }) => name));
  // Twenty seconds are what requests under way may take.
  expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(config.drainDelay + 20);
});

test('no pod is given variables that look like settings', () => {
  expect([pod, job.template].map(({ spec }) => spec.enableServiceLinks)).toEqual([false, false]);
});

describe.each([
  ['gateway', pod],
  ['migration', job.template],
])('the pod of the %s', (_, { spec }) => {
  test('has no rights that it does not need', () => {
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const one of spec.containers) {
      expect(one.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('can write to its temporary folder, which is a volume', () => {
    const mounted = new Map(spec.containers[0].volumeMounts?.map(({ name, mountPath }) => [mountPath, name]));
    const volume = spec.volumes?.find(({ name }) => name === mounted.get('/tmp'));
    expect(volume).toEqual({ name: expect.any(String) as string, emptyDir: {} });
  });
});

describe('the network policies', () => {
  interface Rule {
    readonly ports: readonly { readonly protocol: string; readonly port: number | string }[];
  }
  interface Policy {
    readonly podSelector: { readonly matchLabels: object };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  }
  const policyOf = (name: string): Policy => only('NetworkPolicy', name).spec as unknown as Policy;
  const portsOf = (rules: readonly Rule[] = []) =>
    rules.flatMap(({ ports }) => ports.map(({ protocol, port }) => `${protocol} ${String(port)}`));

  test('are about the pods that there are', () => {
    expect(policyOf('tagway').podSelector.matchLabels).toEqual(pod.metadata.labels);
    expect(policyOf('tagway-migration').podSelector.matchLabels).toEqual(job.template.metadata.labels);
  });

  test('let requests in by the port of the container alone, and into the job nothing', () => {
    expect(portsOf(policyOf('tagway').ingress)).toEqual([`TCP ${container.ports?.[0]?.name ?? ''}`]);
    expect(portsOf(policyOf('tagway-migration').ingress)).toEqual([]);
    for (const name of ['tagway', 'tagway-migration']) {
      expect(policyOf(name).policyTypes).toEqual(['Ingress', 'Egress']);
    }
  });

  test('let out what asks for names and for every host of the database', () => {
    for (const [name, of] of [
      ['tagway', container],
      ['tagway-migration', migration],
    ] as const) {
      const hosts = /@([^/]+)\//.exec(environmentOf(of)['DATABASE_URL'] ?? '')?.[1]?.split(',') ?? [];
      const databases = [...new Set(hosts.map((host) => `TCP ${host.split(':')[1] ?? ''}`))];
      expect(databases).toEqual(['TCP 5432']);
      expect(portsOf(policyOf(name).egress)).toEqual(['UDP 53', 'TCP 53', ...databases]);
    }
  });
});

test('the service, the budget and the deployment are about the same pods, and leave one of them', () => {
  const { labels } = pod.metadata;
  expect(deployment.selector.matchLabels).toEqual(labels);
  const service = only('Service').spec as unknown as { selector: object; ports: { targetPort: string }[] };
  expect(service.selector).toEqual(labels);
  expect(service.ports.map(({ targetPort }) => targetPort)).toEqual(container.ports?.map(({ name }) => name));
  const budget = only('PodDisruptionBudget').spec as unknown as {
    maxUnavailable: number;
    selector: { matchLabels: object };
  };
  expect(budget.selector.matchLabels).toEqual(labels);
  expect(deployment.replicas).toBeGreaterThan(budget.maxUnavailable);
  // The job's pod must not be sent requests.
  expect(job.template.metadata.labels).not.toEqual(labels);
});

test('the probes ask a gateway for what it answers, and only a missing database makes it unready', async () => {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const paths = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet.path);
  expect(paths).toEqual(['/readyz', '/readyz', '/healthz']);
  for (const path of paths) expect((await send(given().port, 'GET', path ?? '')).status).toBe(200);
  for (const probe of [startupProbe, readinessProbe, livenessProbe])
    expect(probe?.httpGet.port).toBe(container.ports?.[0]?.name);
});

test('the job runs the same image with a command that it has, as a role of its own', () => {
  expect(migration.image).toBe(container.image);
  const [program, file, command] = migration.command ?? [];
  expect(program).toBe('node');
  const { bin } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
    bin: { tagway: string };
  };
  expect(file).toBe(bin.tagway);
  const commands = readFileSync(join(__dirname, '../../src/commands/migrate.ts'), 'utf8');
  expect(commands).toContain(`new Command('${command ?? ''}')`);
  const roleOf = (of: Container): string =>
    /\/\/(\w+):/.exec(environmentOf(of)['DATABASE_URL'] ?? '')?.[1] ?? '';
  expect(roleOf(migration)).not.toBe(roleOf(container));
});
