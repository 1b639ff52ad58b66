import { dialects } from '../../src/composition/dialects';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../src/settings/config';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment: Record<string, string>;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck: { test: string[] };
  readonly ports?: string[];
  readonly volumes: string[];
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly security_opt?: string[];
}

const root = join(__dirname, '../..');
const file = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as {
  services: Record<'postgres' | 'tagway', Service>;
  volumes: Record<string, unknown>;
};
const docker = readFileSync(join(root, 'Dockerfile'), 'utf8');

test('compose gives the gateway settings that it takes, and the Postgres beside it', () => {
  const { environment } = file.services.tagway;
  const password = file.services.postgres.environment['POSTGRES_PASSWORD'];
  const url = environment['DATABASE_URL']?.replace(String(password), 'x') ?? '';
  const config = readConfig({ ...environment, DATABASE_URL: url }, dialects);
  expect(config).toMatchObject({ host: '0.0.0.0', port: 9292, stateDir: '/state' });
  expect(new URL(url)).toMatchObject({ hostname: 'postgres', pathname: '/tagway', username: 'tagway' });
});

test('compose starts the gateway when Postgres is healthy, on loopback, with volumes that are declared', () => {
  expect(file.services.tagway.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  expect(file.services.tagway.ports).toEqual(['127.0.0.1:9292:9292']);
  const used = Object.values(file.services).flatMap((service) => service.volumes.map((v) => v.split(':')[0]));
  expect(used.sort()).toEqual(Object.keys(file.volumes).sort());
});

test('compose gives the gateway no capability, and a root file system that it cannot write', () => {
  const { read_only, cap_drop, security_opt } = file.services.tagway;
  expect([read_only, cap_drop, security_opt]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
});

test('the image runs as an ordinary user, from a stage without development packages', () => {
  const stages = docker.split(/^FROM /m).slice(1);
  expect(stages).toHaveLength(2);
  expect(stages[0]).toContain('npm prune --omit=dev');
  expect(stages[1]).toMatch(/^USER node$/m);
  expect(stages[1]).toMatch(/^CMD \["node", "dist\/src\/main\.js"\]$/m);
});

test('what the build of the image copies is there and not ignored, and is all that the build reads', () => {
  const [build = ''] = docker.split(/^FROM /m).slice(1);
  const copied = [...build.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  const allowed = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  for (const name of copied) {
    expect([name, existsSync(join(root, name))]).toEqual([name, true]);
    expect(allowed).toContain(`!${name}`);
  }
  const scripts = ['console.mjs', 'documents.mjs'].map((name) =>
    readFileSync(join(root, 'scripts/build', name), 'utf8'),
  );
  const read = /inputs = \[([^\]]*)\]/.exec(scripts[0] ?? '')?.[1]?.match(/[\w./-]+(?=')/g) ?? [];
  const pages = /of \[('README[^\]]*)\]/.exec(scripts[1] ?? '')?.[1]?.match(/[\w.]+(?=')/g) ?? [];
  expect(pages).toContain('README.md');
  for (const name of [...read, ...pages, 'docs', 'tsconfig.build.json']) {
    expect([name, copied.some((from) => name === from || name.startsWith(`${from}/`))]).toEqual([name, true]);
  }
});
