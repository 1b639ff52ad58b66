import { isProjectId } from '../core/project-id';
import { defaultRoleNames, type RoleNames } from '../identity/roles';
import { withoutTrailingSlashes } from './base-url';
import { isLoopback } from './loopback';
import type { SettingsReader } from './reader';

/** The identity service, and how to reach it. */
export interface IdentityConfig {
  readonly identity: 'embedded' | 'keystone' | 'none';
  /** null unless `identity` is `keystone` */
  readonly keystone: KeystoneConfig | null;
  readonly roleNames: RoleNames;
  /** Whether a login without a domain means the default one. */
  readonly assumeDefaultDomain: boolean;
  /** The caller of every request if `identity` is `none`. */
  readonly anonymous: { readonly project: string; readonly roles: readonly string[] };
}

export interface KeystoneConfig {
  /** Of `/v3`, without a trailing slash. */
  readonly url: string;
  /** PEM of the only trusted authorities; null: those that Node trusts. */
  readonly ca: string | null;
  readonly serviceUser: {
    readonly name: string;
    readonly password: string;
    readonly userDomain: string;
    readonly project: string;
    readonly projectDomain: string;
  } | null;
  /** How long to trust a token without validating it again. */
  readonly cacheSeconds: number;
}

export function readIdentityConfig(read: SettingsReader): IdentityConfig {
  const identity = read.choice('TAGWAY_IDENTITY', ['embedded', 'keystone', 'none']);
  const keystone = readKeystone(read);
  if (identity === 'keystone' && keystone === null) {
    read.faults.push('TAGWAY_KEYSTONE_URL must be set with TAGWAY_IDENTITY=keystone, as http://host:5000/v3');
  }
  return {
    identity,
    assumeDefaultDomain: read.choice('TAGWAY_LOGIN_WITHOUT_DOMAIN', ['refuse', 'default']) === 'default',
    anonymous: readAnonymous(read, identity),
    keystone: identity === 'keystone' ? keystone : null,
    roleNames: {
      admin: read.words('TAGWAY_ADMIN_ROLES', defaultRoleNames.admin),
      member: read.words('TAGWAY_MEMBER_ROLES', defaultRoleNames.member),
      reader: read.words('TAGWAY_READER_ROLES', defaultRoleNames.reader),
    },
  };
}

/** Without authentication, serving beyond loopback needs an explicit second setting. */
function readAnonymous(
  read: SettingsReader,
  identity: IdentityConfig['identity'],
): IdentityConfig['anonymous'] {
  const host = read.text('TAGWAY_HOST');
  const wanted = read.text('TAGWAY_NONE_ANYWHERE') === 'yes';
  const project = read.text('TAGWAY_NONE_PROJECT') ?? '00000000000000000000000000000000';
  if (!isProjectId(project)) {
    read.faults.push('TAGWAY_NONE_PROJECT must be an id such as 32 hexadecimal digits');
  }
  if (identity === 'none' && host !== null && !isLoopback(host) && !wanted) {
    read.faults.push(
      'TAGWAY_IDENTITY=none lets everybody in, so TAGWAY_HOST must be a loopback address; ' +
        'set TAGWAY_NONE_ANYWHERE=yes if the whole network shall be let in',
    );
  }
  return { project, roles: read.words('TAGWAY_NONE_ROLES', ['member']) };
}

function readKeystone(read: SettingsReader): KeystoneConfig | null {
  const url = read.url('TAGWAY_KEYSTONE_URL', ['http:', 'https:']);
  const ca = read.file('TAGWAY_KEYSTONE_CA');
  const serviceUser = readServiceUser(read);
  const cacheSeconds = read.integer('TAGWAY_TOKEN_CACHE_SECONDS', 300, 0, 86_400);
  return url === null ? null : { url: versionThree(url), ca, serviceUser, cacheSeconds };
}

function readServiceUser(read: SettingsReader): KeystoneConfig['serviceUser'] {
  const name = read.text('TAGWAY_KEYSTONE_USER');
  const given = read.text('TAGWAY_KEYSTONE_PASSWORD');
  const kept = read.file('TAGWAY_KEYSTONE_PASSWORD_FILE')?.replace(/\r?\n$/, '') ?? null;
  const password = given ?? kept;
  const project = read.text('TAGWAY_KEYSTONE_PROJECT') ?? 'service';
  const userDomain = read.text('TAGWAY_KEYSTONE_USER_DOMAIN') ?? 'Default';
  const projectDomain = read.text('TAGWAY_KEYSTONE_PROJECT_DOMAIN') ?? 'Default';
  if (name === null) return null;
  if (password === null || password === '') {
    read.faults.push(
      'TAGWAY_KEYSTONE_USER needs TAGWAY_KEYSTONE_PASSWORD or TAGWAY_KEYSTONE_PASSWORD_FILE beside it',
    );
    return null;
  }
  return { name, password, project, userDomain, projectDomain };
}

/** Operators often give Keystone's root instead of its `/v3`. */
function versionThree(url: string): string {
  const bare = withoutTrailingSlashes(url);
  return bare.endsWith('/v3') ? bare : `${bare}/v3`;
}
