import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Site } from './site';
import type { Suite } from './suite';
import { ask, built, idOf, opentofu, type Steps, stepsOf, tofuIn } from './tofu';
import { configuration } from './opentelekomcloud-configuration';

const variables = (name: string, tags: Readonly<Record<string, string>>): string[] => [
  `-var=name=${name}`,
  `-var=tags=${JSON.stringify(tags)}`,
];
const first = variables('first', { env: 'test', team: 'a' });
const second = variables('second', { env: 'prod', owner: 'b' });

/**
 * OpenTofu with the provider of Open Telekom Cloud, whose IMS is Huawei's. The Go module proxy does not have it, so
 * `OTC_PROVIDER` names its program, `terraform-provider-opentelekomcloud`, built elsewhere.
 */
export function opentelekomcloudSuite(providerProgram: string): Suite {
  return {
    name: 'tofu-opentelekomcloud',
    client: `opentofu ${opentofu.version}, provider 88f1cf1e`,
    settings: { TAGWAY_IMAGE_DEFAULTS: 'ims' },
    run: async (place, site) => {
      await access(providerProgram, constants.X_OK);
      const program = await built(place, opentofu, 'tofu');
      await grantOnDomain(site);
      const env = site.environment('admin');
      const provider = { source: 'opentelekomcloud/opentelekomcloud', folder: dirname(providerProgram) };
      const member = await idOf(site, '/v3/projects?name=alt_demo', 'projects');
      const run = tofuIn({
        place,
        program,
        provider,
        configuration,
        env: { ...env, TF_VAR_member: member, TF_VAR_password: env['OS_PASSWORD'] ?? '' },
      });
      const steps = stepsOf(run);
      await changeAll(steps, site);
      await importAll(steps);
      await changeBehindItsBack(steps, site);
      await steps.run('destroy', 0, 'destroy', '-auto-approve', ...second);
      const left = await ask(site, 'GET', '/v2/cloudimages?__imagetype=private');
      steps.expect('no image is left', (left as { images: unknown[] }).images.length === 0);
      return steps.tests;
    },
  };
}

/** The provider logs in for the domain, too. */
async function grantOnDomain(site: Site): Promise<void> {
  const role = await idOf(site, '/v3/roles?name=member', 'roles');
  for (const name of ['admin', 'alt_demo']) {
    const user = await idOf(site, `/v3/users?name=${name}`, 'users');
    await ask(site, 'PUT', `/v3/domains/default/users/${user}/roles/${role}`);
  }
}

interface Uploaded {
  readonly size: number;
  readonly disk_format: string;
}

const plan = ['plan', '-detailed-exitcode'];

async function changeAll(steps: Steps, site: Site): Promise<void> {
  await steps.run('apply', 0, 'apply', '-auto-approve', ...first);
  const image = (await ask(site, 'GET', `/v2/images/${await steps.output('uploaded')}`)) as Uploaded;
  steps.expect('an upload has data, and the format of IMS', image.size > 0 && image.disk_format === 'zvhd2');
  steps.expect('a tag finds the image', (await steps.output('found')) === (await steps.output('server')));
  await steps.run('plan after apply is empty', 0, ...plan, ...first);
  await steps.run('plan with other names and tags shows a change', 2, ...plan, ...second);
  await steps.run('apply other names and tags', 0, 'apply', '-auto-approve', ...second);
  await steps.run('plan after other names and tags is empty', 0, ...plan, ...second);
}

const imported = {
  uploaded: 'opentelekomcloud_images_image_v2.uploaded',
  server: 'opentelekomcloud_ims_image_v2.server',
  data: 'opentelekomcloud_ims_data_image_v2.data',
};

async function importAll(steps: Steps): Promise<void> {
  for (const [name, resource] of Object.entries(imported)) {
    const id = await steps.output(name);
    await steps.run(`forget ${resource}`, 0, 'state', 'rm', resource);
    await steps.run(`import ${resource}`, 0, 'import', ...second, resource, id);
    await steps.run(`apply after import of ${resource}`, 0, 'apply', '-auto-approve', ...second);
    await steps.run(`plan after import of ${resource} is empty`, 0, ...plan, ...second);
    steps.expect(`${resource} is still the imported one`, (await steps.output(name)) === id);
  }
}

async function changeBehindItsBack(steps: Steps, site: Site): Promise<void> {
  for (const name of ['uploaded', 'server']) {
    await ask(site, 'PUT', `/v2/images/${await steps.output(name)}/tags/behind=its-back`);
  }
  await steps.run('tags added behind its back are drift', 2, ...plan, ...second);
  await steps.run('apply takes them away', 0, 'apply', '-auto-approve', ...second);
  await steps.run('plan after that is empty', 0, ...plan, ...second);
}
