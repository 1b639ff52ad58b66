import type { Seed } from './seed-file';

/** Credentials in the clear that people hold; what of them is still good is another question. */
export type PlaintextCredentials = Pick<Seed, 'projects' | 'users' | 'accessKeys'>;

export const noPlaintextCredentials: PlaintextCredentials = { projects: [], users: [], accessKeys: [] };

/** What a state file carries: whatever is no list there is taken for an empty one. */
export function plaintextCredentialsFromState(
  content: Readonly<Record<string, unknown>>,
): PlaintextCredentials {
  const list = (name: string): never[] => (Array.isArray(content[name]) ? (content[name] as never[]) : []);
  return { projects: list('projects'), users: list('users'), accessKeys: list('accessKeys') };
}

const quotedLine = /^export ([A-Z_]+)='([^'\n]*)'$/gm;
const adminLine = /^# export OS_USERNAME='([^'\n]*)' OS_PASSWORD='([^'\n]*)'$/m;

/** The first users, as the `openrc` that a first start writes has them. */
export function plaintextCredentialsFromOpenrc(text: string): PlaintextCredentials {
  const found = Object.fromEntries(
    [...text.matchAll(quotedLine)].map(([, name = '', value = '']) => [name, value]),
  );
  const { OS_PROJECT_NAME: project = '', HUAWEICLOUD_SDK_PROJECT_ID: id = '' } = found;
  const { OS_USERNAME: name = '', OS_PASSWORD: password = '' } = found;
  const { HUAWEICLOUD_SDK_AK: access = '', HUAWEICLOUD_SDK_SK: secret = '' } = found;
  const [, admin, adminPassword = ''] = adminLine.exec(text) ?? [];
  return {
    projects: [{ id, name: project }],
    users: [
      { name, password, roles: { [project]: ['member'] } },
      ...(admin === undefined
        ? []
        : [{ name: admin, password: adminPassword, roles: { [project]: ['admin'] } }]),
    ],
    accessKeys: [{ access, secret, user: name, project }],
  };
}
