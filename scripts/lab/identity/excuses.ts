import {
  bothAre,
  changed,
  decoded,
  hasMoreRoles,
  isAdminsElsewhere,
  isOfSystem,
  messageOf,
  namesOnly,
  once,
  onlyOpen,
  reread,
  same,
  presentOf,
  unnamed,
  withoutDefault,
  withSystem,
  type Pair,
} from './pair';

interface Excuse {
  /** In docs/divergences.md. */
  readonly id: string;
  readonly excuses: (pair: Pair) => boolean;
}

const excuses: readonly Excuse[] = [
  {
    id: 'K1',
    excuses: (pair) =>
      bothAre(pair, 400) &&
      /Failed validating|Invalid input|is a required property|is not of type|Additional properties|is a dependency of|String length exceeded/.test(
        messageOf(pair.keystone),
      ),
  },
  {
    id: 'K2',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/auth/tokens') &&
      call.method === 'POST' &&
      keystone.status === 404 &&
      (tagway.status === 401 || (tagway.status === 403 && /delegated token/.test(messageOf(tagway)))),
  },
  {
    id: 'K12',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/credentials') &&
      ((call.method === 'POST' &&
        [201, 400].includes(keystone.status) &&
        tagway.status === 404 &&
        /^Could not find (user|project)/.test(messageOf(tagway))) ||
        (call.method === 'PATCH' && /was unexpected/.test(messageOf(keystone)) && tagway.status === 200) ||
        same(
          changed(keystone, (name, value) => (name === 'colour' ? undefined : value)),
          tagway,
        )),
  },
  {
    id: 'K11',
    excuses: ({ call, keystone, tagway }) =>
      call.method === 'DELETE' &&
      call.path.startsWith('/services/') &&
      (keystone.status < 300 || keystone.status >= 500) &&
      tagway.status === 403,
  },
  {
    id: 'K20',
    excuses: ({ call, keystone, tagway }) =>
      /^\/(OS-INHERIT|roles$)/.test(call.path) &&
      keystone.status < 300 &&
      tagway.status === 404 &&
      /^Could not find (user|group|domain)/.test(messageOf(tagway)),
  },
  {
    id: 'K21',
    excuses: ({ keystone, tagway }) => decoded(keystone) === decoded(tagway),
  },
  {
    id: 'K22',
    excuses: ({ call, keystone, tagway }) =>
      call.method === 'PUT' &&
      call.path.includes('/tags') &&
      /non-unique elements/.test(messageOf(keystone)) &&
      tagway.status < 300,
  },
  {
    id: 'K23',
    excuses: ({ call, keystone, tagway }) =>
      (call.as !== undefined && keystone.status === 400 && tagway.status === 401) ||
      (/^\/policies|\/(tags|password|application_credentials)/.test(call.path) &&
        [...(call.path.endsWith('/password') ? [401] : []), 403, 404].includes(keystone.status) &&
        tagway.status === 400),
  },
  {
    id: 'K24',
    excuses: ({ call, keystone, tagway }) =>
      ['GET', 'HEAD'].includes(call.method) &&
      /^\/OS-INHERIT\/projects\/.*\/roles\/inherited_to_projects$/.test(call.path) &&
      keystone.status === 404 &&
      [200, 401, 403, 404].includes(tagway.status),
  },
  {
    id: 'K4',
    excuses: (pair) =>
      (pair.call.path.startsWith('/auth/tokens') &&
        isAdminsElsewhere(pair) &&
        (pair.keystone.status === 401 || hasMoreRoles(pair))) ||
      (pair.isElsewhere && pair.isAdmin && pair.keystone.status === 403 && pair.tagway.status < 300) ||
      (pair.call.path === '/auth/system' &&
        pair.isAdmin &&
        namesOnly(pair.keystone, 'system', []) &&
        same(withSystem(pair.keystone), pair.tagway)),
  },
  {
    id: 'K26',
    excuses: ({ call, isGone, keystone, tagway }) =>
      keystone.status === 404 &&
      ((call.as !== undefined && tagway.status === 403) ||
        (isGone && tagway.status === 401) ||
        (call.subject !== undefined && tagway.status === 404)),
  },
  {
    id: 'K29',
    excuses: ({ call, hasLost, keystone, tagway }) =>
      hasLost &&
      ((keystone.status !== 401 && tagway.status === 401) ||
        (call.subject !== undefined && keystone.status < 300 && tagway.status === 404)),
  },
  {
    id: 'K27',
    excuses: ({ keystone, tagway }) =>
      [(): string => '', (): undefined => undefined].some((empty) =>
        same(
          changed(keystone, (name, value) => (name === 'description' && value === null ? empty() : value)),
          tagway,
        ),
      ),
  },
  {
    id: 'K30',
    excuses: ({ call, keystone, tagway }) =>
      call.path.endsWith('/application_credentials') &&
      tagway.status === 403 &&
      (keystone.body as { application_credential?: { project_id?: unknown } } | null)?.application_credential
        ?.project_id === null,
  },
  {
    id: 'K31',
    excuses: ({ keystone, tagway }) =>
      JSON.stringify(keystone).replaceAll('"unrestricted":null', '"unrestricted":false') ===
      JSON.stringify(tagway),
  },
  {
    id: 'K34',
    excuses: ({ call, disabled, keystone, tagway }) =>
      (/^\/(auth|users\/[^/]+)\/projects/.test(call.path) &&
        same(onlyOpen('projects', keystone, disabled), tagway)) ||
      (call.path === '/auth/domains' &&
        same(withoutDefault(onlyOpen('domains', keystone, disabled)), withoutDefault(tagway))),
  },
  {
    id: 'K35',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/auth/tokens') &&
      isOfSystem(tagway) &&
      same(
        changed(keystone, (name, value) => (name === 'roles' ? once(value) : value)),
        tagway,
      ),
  },
  {
    id: 'K36',
    excuses: ({ call, keystone, tagway }) =>
      /^\/credentials/.test(call.path) && same(changed(keystone, reread), changed(tagway, reread)),
  },
  {
    id: 'K37',
    excuses: ({ call, keystone, names, tagway }) =>
      (call.subject !== undefined || /^\/role_assignments\?.*include_names/.test(call.path)) &&
      keystone.status === 200 &&
      same(unnamed(keystone, names), unnamed(tagway, presentOf(names))),
  },
  {
    id: 'K5',
    excuses: ({ call, keystone, tagway, reached }) =>
      (/^\/(domains|projects)(\?|$)/.test(call.path) &&
        keystone.status === 403 &&
        tagway.status === 200 &&
        namesOnly(tagway, 'domains', ['<domain-default>']) &&
        namesOnly(tagway, 'projects', reached)) ||
      (call.path === '/auth/domains' && same(keystone, withoutDefault(tagway))),
  },
  {
    id: 'K28',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/services') &&
      (keystone.status < 300 || keystone.status === 404) &&
      tagway.status === 400 &&
      messageOf(tagway).includes("field 'description'"),
  },
  {
    id: 'K25',
    excuses: ({ call, keystone, tagway }) =>
      (keystone.status >= 500 && [400, 401, 403, 404].includes(tagway.status)) ||
      (JSON.stringify(call.body ?? '').includes('"expires_at":""') && keystone.status === 500) ||
      (/^Cannot disable project/.test(messageOf(keystone)) && /field 'enabled'/.test(messageOf(tagway))),
  },
];

/** The divergence that allows these answers to differ. */
export function excuseFor(pair: Pair): string | undefined {
  return excuses.find(({ excuses: holds }) => holds(pair))?.id;
}
