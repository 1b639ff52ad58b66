import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow, runProgram } from './command';
import { moduleSource } from './go-suites';
import type { PeerTest } from './result';
import { logIn, type Site } from './site';
import type { Place, Suite } from './suite';
import { configuration } from './tofu-configuration';

const tofu = { module: 'github.com/opentofu/opentofu', version: 'v1.12.6', path: './cmd/tofu' } as const;
const provider = {
  module: 'github.com/terraform-provider-openstack/terraform-provider-openstack/v3',
  version: 'v3.4.0',
  path: '.',
} as const;
const tags = (...names: string[]): string => `-var=tags=${JSON.stringify(names)}`;

/** OpenTofu with the provider of OpenStack, both built from the Go module proxy: no registry is asked. */
export const tofuSuite: Suite = {
  name: 'tofu-openstack',
  client: `opentofu ${tofu.version}, provider ${provider.version}`,
  run: async (place, site) => {
    const program = await built(place, tofu, 'tofu');
    await built(place, provider, 'terraform-provider-openstack');
    const run = runIn(place, site, program);
    const image = async (): Promise<string> => (await run('output', '-raw', 'image')).out.trim();
    const tests: PeerTest[] = [];
    const step = async (id: string, code: number, ...args: string[]): Promise<void> => {
      const ran = await run(...args);
      const isRight = ran.code === code;
      tests.push({
        id,
        outcome: isRight ? 'passed' : 'failed',
        ...(!isRight && { words: lastError(ran.out) }),
      });
    };
    const plan = ['plan', '-detailed-exitcode'];
    await step('apply', 0, 'apply', '-auto-approve', tags('one', 'two'));
    await step('plan after apply is empty', 0, ...plan, tags('one', 'two'));
    await step('plan with other tags shows a change', 2, ...plan, tags('two', 'three'));
    await step('apply other tags', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await step('plan after other tags is empty', 0, ...plan, tags('two', 'three'));
    await step('forget the image', 0, 'state', 'rm', 'openstack_images_image_v2.image');
    const id = (await findImage(site)) ?? '';
    await step('import the image', 0, 'import', tags('two', 'three'), 'openstack_images_image_v2.image', id);
    await step('apply after import', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await step('plan after import is empty', 0, ...plan, tags('two', 'three'));
    const isSame = (await image()) === id;
    tests.push({ id: 'the image is still the imported one', outcome: isSame ? 'passed' : 'failed' });
    await addTag(site, await image());
    await step('a tag added behind its back is drift', 2, ...plan, tags('two', 'three'));
    await step('apply takes that tag away', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await step('plan after that is empty', 0, ...plan, tags('two', 'three'));
    await step('destroy', 0, 'destroy', '-auto-approve', tags('two', 'three'));
    return tests;
  },
};

interface Built {
  readonly module: string;
  readonly version: string;
  readonly path: string;
}

/** The program, built once. */
async function built(place: Place, { module, version, path }: Built, name: string): Promise<string> {
  const program = join(place.cache, `bin-${version}`, name);
  if (existsSync(program)) return program;
  const source = await moduleSource(place, module, version);
  const args = ['build', '-p', '2', '-ldflags=-s -w', '-o', program, path];
  await runOrThrow('go', args, { cwd: source, env: { GOFLAGS: '-buildvcs=false' }, show: place.show });
  return program;
}

type Run = (...args: string[]) => ReturnType<typeof runProgram>;

function runIn({ cache, folder, show }: Place, site: Site, program: string): Run {
  const overrides = `"terraform-provider-openstack/openstack" = "${join(cache, `bin-${provider.version}`)}"`;
  writeFileSync(
    join(folder, 'tofu.rc'),
    `provider_installation {\n  dev_overrides {\n    ${overrides}\n  }\n  direct {}\n}\n`,
  );
  writeFileSync(join(folder, 'main.tf'), configuration);
  writeFileSync(join(folder, 'image.raw'), 'some bytes of an image');
  const env = {
    ...site.environment('admin'),
    TF_CLI_CONFIG_FILE: join(folder, 'tofu.rc'),
    TF_VAR_password: site.environment('admin')['OS_PASSWORD'] ?? '',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    HOME: folder,
  };
  return (...args) => runProgram(program, [...args.slice(0, 1), ...plain(args)], { cwd: folder, env, show });
}

/** `state rm`, `output` and the like take neither colour nor input. */
function plain([command, ...rest]: readonly string[]): string[] {
  const asks = ['apply', 'plan', 'import', 'destroy'].includes(command ?? '');
  return asks ? ['-no-color', '-input=false', ...rest] : rest;
}

function lastError(out: string): string {
  const lines = out.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.includes('Error:')) ?? lines.at(-1) ?? '').slice(0, 300);
}

async function headersOf({ tagway }: Site): Promise<Record<string, string>> {
  return { 'X-Auth-Token': await logIn(tagway.authUrl, tagway.credentials.admin) };
}

async function findImage(site: Site): Promise<string | undefined> {
  const answer = await fetch(`${site.tagway.url}/v2/images?name=tofu-image`, {
    headers: await headersOf(site),
  });
  const { images } = (await answer.json()) as { readonly images: readonly { readonly id: string }[] };
  return images[0]?.id;
}

async function addTag(site: Site, image: string): Promise<void> {
  const url = `${site.tagway.url}/v2/images/${image}/tags/behind-its-back`;
  const answer = await fetch(url, { method: 'PUT', headers: await headersOf(site) });
  if (!answer.ok) throw new Error(`PUT ${url}: ${String(answer.status)}`);
}
