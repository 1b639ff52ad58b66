import { dirname } from 'node:path';
import type { Suite } from './suite';
import { ask, built, idOf, opentofu, stepsOf, tofuIn, type Built } from './tofu';
import { configuration } from './tofu-configuration';

const provider: Built = {
  module: 'github.com/terraform-provider-openstack/terraform-provider-openstack/v3',
  version: 'v3.4.0',
  path: '.',
};
const tags = (...names: string[]): string => `-var=tags=${JSON.stringify(names)}`;

/** OpenTofu with the provider of OpenStack, both built from the Go module proxy. */
export const tofuSuite: Suite = {
  name: 'tofu-openstack',
  client: `opentofu ${opentofu.version}, provider ${provider.version}`,
  run: async (place, site) => {
    const program = await built(place, opentofu, 'tofu');
    const folder = dirname(await built(place, provider, 'terraform-provider-openstack'));
    const env = site.environment('admin');
    const run = tofuIn({
      place,
      program,
      provider: { source: 'terraform-provider-openstack/openstack', folder },
      configuration,
      env: { ...env, TF_VAR_url: site.origin.imageUrl, TF_VAR_password: env['OS_PASSWORD'] ?? '' },
    });
    const steps = stepsOf(run);
    const plan = ['plan', '-detailed-exitcode'];
    await steps.run('apply', 0, 'apply', '-auto-approve', tags('one', 'two'));
    steps.expect('web_download brought the data', Number(await steps.output('downloaded')) > 0);
    await steps.run('plan after apply is empty', 0, ...plan, tags('one', 'two'));
    await steps.run('plan with other tags shows a change', 2, ...plan, tags('two', 'three'));
    await steps.run('apply other tags', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await steps.run('plan after other tags is empty', 0, ...plan, tags('two', 'three'));
    await steps.run('forget the image', 0, 'state', 'rm', image);
    const id = await idOf(site, '/v2/images?name=tofu-image', 'images');
    await steps.run('import the image', 0, 'import', tags('two', 'three'), image, id);
    await steps.run('apply after import', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await steps.run('plan after import is empty', 0, ...plan, tags('two', 'three'));
    steps.expect('the image is still the imported one', (await steps.output('image')) === id);
    await ask(site, 'PUT', `/v2/images/${id}/tags/behind-its-back`);
    await steps.run('a tag added behind its back is drift', 2, ...plan, tags('two', 'three'));
    await steps.run('apply takes that tag away', 0, 'apply', '-auto-approve', tags('two', 'three'));
    await steps.run('plan after that is empty', 0, ...plan, tags('two', 'three'));
    await steps.run('destroy', 0, 'destroy', '-auto-approve', tags('two', 'three'));
    return steps.tests;
  },
};

const image = 'openstack_images_image_v2.image';
