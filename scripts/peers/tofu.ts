import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow, runProgram } from './command';
import { moduleSource } from './go-suites';
import type { PeerTest } from './result';
import { logIn, type Site } from './site';
import type { Place } from './suite';

/** A program of a module of the Go proxy. */
export interface Built {
  readonly module: string;
  readonly version: string;
  readonly path: string;
}

export const opentofu: Built = {
  module: 'github.com/opentofu/opentofu',
  version: 'v1.12.6',
  path: './cmd/tofu',
};

/** The program, built once. */
export async function built(place: Place, { module, version, path }: Built, name: string): Promise<string> {
  const program = join(place.cache, `bin-${version}`, name);
  if (existsSync(program)) return program;
  const source = await moduleSource(place, module, version);
  const args = ['build', '-p', '2', '-ldflags=-s -w', '-o', program, path];
  await runOrThrow('go', args, { cwd: source, env: { GOFLAGS: '-buildvcs=false' }, show: place.show });
  return program;
}

interface Stage {
  readonly place: Place;
  readonly program: string;
  /** `terraform-provider-openstack/openstack`, and the folder with its program: no registry is asked. */
  readonly provider: { readonly source: string; readonly folder: string };
  readonly configuration: string;
  readonly env: Readonly<Record<string, string>>;
}

export type RunTofu = (...args: string[]) => ReturnType<typeof runProgram>;

export function tofuIn({ place: { folder, show }, program, provider, configuration, env }: Stage): RunTofu {
  const overrides = `"${provider.source}" = "${provider.folder}"`;
  const installation = `provider_installation {\n  dev_overrides {\n    ${overrides}\n  }\n  direct {}\n}\n`;
  writeFileSync(join(folder, 'tofu.rc'), installation);
  writeFileSync(join(folder, 'main.tf'), configuration);
  writeFileSync(join(folder, 'image.raw'), 'some bytes of an image');
  const whole = {
    ...env,
    TF_CLI_CONFIG_FILE: join(folder, 'tofu.rc'),
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    HOME: folder,
  };
  return (...args) =>
    runProgram(program, [...args.slice(0, 1), ...plain(args)], { cwd: folder, env: whole, show });
}

/** `state rm`, `output` and the like take neither colour nor input. */
function plain([command, ...rest]: readonly string[]): string[] {
  const asks = ['apply', 'plan', 'import', 'destroy'].includes(command ?? '');
  return asks ? ['-no-color', '-input=false', ...rest] : rest;
}

/** What a suite of OpenTofu does, one test each. */
export interface Steps {
  readonly tests: readonly PeerTest[];
  /** Runs OpenTofu, which must end with that code. */
  run(id: string, code: number, ...args: string[]): Promise<void>;
  expect(id: string, isTrue: boolean): void;
  output(name: string): Promise<string>;
}

export function stepsOf(run: RunTofu): Steps {
  const tests: PeerTest[] = [];
  const add = (id: string, isRight: boolean, words?: string): void => {
    tests.push({ id, outcome: isRight ? 'passed' : 'failed', ...(words !== undefined && { words }) });
  };
  return {
    tests,
    run: async (id, code, ...args) => {
      const ran = await run(...args);
      add(id, ran.code === code, ran.code === code ? undefined : lastError(ran.out));
    },
    expect: (id, isTrue) => {
      add(id, isTrue);
    },
    output: async (name) => (await run('output', '-raw', name)).out.trim(),
  };
}

function lastError(out: string): string {
  const lines = out.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.includes('Error:')) ?? lines.at(-1) ?? '').slice(0, 300);
}

/** Asks the gateway as its admin, beside OpenTofu. @throws Error when it refuses */
export async function ask({ tagway }: Site, method: string, path: string): Promise<unknown> {
  const headers = { 'X-Auth-Token': await logIn(tagway.authUrl, tagway.credentials.admin) };
  const answer = await fetch(`${tagway.url}${path}`, { method, headers });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  return answer.status === 204 ? {} : answer.json();
}

/** The id of what has that name, in a list of the gateway's. */
export async function idOf(site: Site, path: string, plural: string): Promise<string> {
  const found = (await ask(site, 'GET', path)) as Readonly<Record<string, readonly { id: string }[]>>;
  return found[plural]?.[0]?.id ?? '';
}
