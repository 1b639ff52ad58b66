import { join } from 'node:path';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { FirstUsers } from '../identity/embedded/bootstrap';
import type { PlaintextCredentials } from '../seed/plaintext-credentials';
import { clientEnvironment, shellExportLines } from '../settings/client-environment';
import type { StateFolder } from '../settings/state-folder';

/**
 * Creates the first users and writes `openrc`, or updates the address in it: the port may have changed since the
 * first start.
 * @returns a message for the person who started the gateway
 */
export async function prepareFirstUsers(
  identity: EmbeddedIdentity,
  folder: StateFolder,
  url: string,
): Promise<string> {
  const advice = `To use it:  source ${join(folder.path, 'openrc')}  and then, for example:  openstack image list\n`;
  const made = await identity.bootstrap((first) => {
    folder.writeOpenrc(openrc(first, url));
    return Promise.resolve();
  });
  if (made) return `First start: user "${made.member.name}" of project "${made.project}".\n${advice}`;
  const before = folder.readOpenrc();
  if (before === null) return '';
  const moved = before.replace(/^export OS_AUTH_URL=.*$/m, `export OS_AUTH_URL='${url}/v3'`);
  folder.writeOpenrc(withDomains(moved));
  return advice;
}

/** For the first user with a role of the state file that a state folder begins with; its address comes later. */
export function writeOpenrcFromState(
  folder: StateFolder,
  { projects, users, accessKeys }: PlaintextCredentials,
): void {
  const homes = users.flatMap((user) =>
    Object.keys(user.roles).flatMap((named) => {
      const project = projects.find(({ id, name }) => id === named || name === named);
      return project ? [{ user, project }] : [];
    }),
  );
  const [home] = homes;
  if (!home) return;
  const { user, project } = home;
  const key = accessKeys.find((one) => one.user === user.name);
  const env = clientEnvironment('', {
    ...{ user: user.name, password: user.password, domain: 'Default' },
    ...{ project: project.name, projectId: project.id ?? '' },
    ...{ accessKey: key?.access ?? null, secretKey: key?.secret ?? null },
  });
  folder.writeOpenrc(
    `# Of the state file that this folder began with. Keep it to yourself: it holds passwords.\n${shellExportLines(env)}`,
  );
}

const domains = "export OS_USER_DOMAIN_NAME='Default'\nexport OS_PROJECT_DOMAIN_NAME='Default'\n";

/** Earlier builds, which accepted names without a domain, wrote it without one. */
function withDomains(text: string): string {
  return text.includes('OS_USER_DOMAIN_NAME')
    ? text
    : text.replace(/^export OS_PROJECT_NAME=.*\n/m, (line) => line + domains);
}

function openrc({ project, projectId, member, admin, accessKey }: FirstUsers, url: string): string {
  return `# Made by Tagway at its first start. Keep it to yourself: it holds passwords.
export OS_AUTH_URL='${url}/v3'
export OS_USERNAME='${member.name}'
export OS_PASSWORD='${member.password}'
export OS_PROJECT_NAME='${project}'
${domains}# The same project as its admin:
# export OS_USERNAME='${admin.name}' OS_PASSWORD='${admin.password}'
# For signed requests (Huawei SDKs):
export HUAWEICLOUD_SDK_AK='${accessKey.access}'
export HUAWEICLOUD_SDK_SK='${accessKey.secret}'
export HUAWEICLOUD_SDK_PROJECT_ID='${projectId}'
`;
}
