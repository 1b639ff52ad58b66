import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './command';
import { pathWith, testsIn, venvWith } from './python-suites';
import type { Suite } from './suite';

const ansible = '12.3.0';
/** `ansible` brings the modules of `openstack.cloud`, without the roles that their own CI runs. */
const packages = [
  `ansible==${ansible}`,
  'ansible-core==2.19.14',
  // The last one whose `openstack.version` the collection 2.5.0 finds without importing it.
  'openstacksdk==4.14.0',
];

const subjects = [
  'image',
  'project',
  'user',
  'domain-and-group',
  'role',
  'catalog',
  'application-credential',
] as const;

/** Playbooks of our own that ask the modules for each thing twice, change it and delete it; a task is a test. */
export const ansibleSuite: Suite = {
  name: 'ansible',
  client: `ansible ${ansible}, openstack.cloud 2.5.0`,
  run: async (place, site) => {
    const venv = await venvWith(place, packages);
    const file = join(place.folder, 'image.raw');
    writeFileSync(file, 'some bytes of an image');
    const variables = JSON.stringify({ file, url: site.origin.imageUrl, auth_url: site.tagway.authUrl });
    const playbooks = subjects.map((name) => join(__dirname, 'ansible', `${name}.yml`));
    const { out } = await runProgram(
      join(venv, 'bin/ansible-playbook'),
      ['--extra-vars', variables, ...playbooks],
      {
        cwd: place.folder,
        env: {
          PATH: pathWith(venv),
          OS_CLIENT_CONFIG_FILE: site.cloudsFile,
          ANSIBLE_CALLBACK_PLUGINS: join(__dirname, 'ansible/callback'),
          ANSIBLE_STDOUT_CALLBACK: 'peers',
          ANSIBLE_LOCALHOST_WARNING: 'False',
          HOME: place.folder,
          LC_ALL: 'C.UTF-8',
        },
        show: place.show,
      },
    );
    return testsIn(out);
  },
};
