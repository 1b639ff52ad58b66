import type { SearchFilter } from '../../../src/console/expression';
import type { KeyWithValues } from '../../../src/core/tag-condition';
import type { Call, Purpose } from './calls';

export const clients = ['curl', 'openstack', 'sdk'] as const;
export type Client = (typeof clients)[number];

export const clientNames: Readonly<Record<Client, string>> = {
  curl: 'curl',
  openstack: 'openstack',
  sdk: 'Huawei SDK',
};

/**
 * The call as others would make it. None holds a secret: curl takes the token from `$TOKEN`, the SDK its keys from
 * the environment. @param base scheme and authority of the gateway
 */
export function snippet(client: Client, call: Call, base: string, projectId: string): string {
  switch (client) {
    case 'curl':
      return curl(call, base);
    case 'openstack':
      return openstack(call.purpose);
    case 'sdk':
      return sdk(call, base, projectId);
  }
}

/** One word of a POSIX shell, whatever the text. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function curl({ method, path, body }: Call, base: string): string {
  const lines = [
    `curl -sS -i${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(base + path)}`,
    `  -H "X-Auth-Token: $TOKEN"`,
    ...(body ? [`  -H 'Content-Type: application/json'`, `  -d ${shellWord(JSON.stringify(body))}`] : []),
  ];
  return lines.join(' \\\n');
}

function openstack(purpose: Purpose): string {
  switch (purpose.kind) {
    case 'add':
      return `openstack image set --tag ${shellWord(purpose.tag.name)} ${purpose.imageId}`;
    case 'remove':
      return `openstack image unset --tag ${shellWord(purpose.tag.name)} ${purpose.imageId}`;
    case 'show':
      return `openstack image show ${purpose.imageId}`;
    case 'search':
      return openstackList(purpose.filter, purpose.limit);
    case 'other':
      return '# The openstack client has no command for this.';
  }
}

/** The client knows tags that must be there, each by its whole text, and whole names; comments name the rest. */
function openstackList({ all, none, untagged, names, ids, selector }: SearchFilter, limit: number): string {
  const whole = all.filter(({ values }) => values.length <= 1);
  const left = [
    ...all
      .filter(({ values }) => values.length > 1)
      .map((choice) => `${textOf(choice)} (one of several values)`),
    ...none.map((choice) => `-${textOf(choice)} (to exclude)`),
    ...(untagged ? ['untagged'] : []),
    ...names.map((name) => `${name} (a part of a name)`),
    ...ids,
    ...(selector === null ? [] : [`selector:${selector}`]),
  ];
  const notes = [
    ...left.map((term) => `# The openstack client cannot ask for: ${term}`),
    ...whole
      .filter(({ values }) => values.length === 0)
      .map(({ key }) => `# --tag finds the tag ${key} without a value only`),
  ];
  const tags = whole.map((choice) => ` --tag ${shellWord(textOf(choice))}`).join('');
  return [...notes, `openstack image list${tags} --limit ${String(limit)}`].join('\n');
}

function textOf({ key, values }: KeyWithValues): string {
  return values.length === 0 || (values.length === 1 && values[0] === '')
    ? key
    : `${key}=${values.join('|')}`;
}

function sdk({ method, path, body }: Call, base: string, projectId: string): string {
  const [url = '', query = ''] = path.split('?', 2);
  const call = {
    method,
    url,
    contentType: 'application/json',
    queryParams: Object.fromEntries(new URLSearchParams(query)),
    pathParams: {},
    headers: {},
    ...(body && { data: body }),
  };
  const core = '@huaweicloud/huaweicloud-sdk-core';
  return `// npm install ${core}
const { BasicCredentials } = require('${core}/auth/BasicCredentials');
const { HcClient } = require('${core}/HcClient');
const { DefaultHttpClient } = require('${core}/http/DefaultHttpClient');

const endpoint = ${JSON.stringify(base)};
const { HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK } = process.env;
const client = new HcClient(new DefaultHttpClient({}, [endpoint]))
  .withEndpoints([endpoint])
  .withCredential(
    new BasicCredentials()
      .withAk(HUAWEICLOUD_SDK_AK)
      .withSk(HUAWEICLOUD_SDK_SK)
      .withProjectId(${JSON.stringify(projectId)}),
  );
const call = ${JSON.stringify(call, null, 2)};
client.sendRequest(call).then((answer) => console.log(JSON.stringify(answer, null, 2)));`;
}
