import type { Answer } from './side';
import type { Call } from './world';

/** A call with both answers, in general terms. */
export interface Pair {
  readonly call: Call;
  readonly keystone: Answer;
  readonly tagway: Answer;
  /** The caller may have lost a role since the token was made. */
  readonly hasLost: boolean;
}

interface Excuse {
  /** In docs/divergences.md. */
  readonly id: string;
  readonly excuses: (pair: Pair) => boolean;
}

const messageOf = ({ body }: Answer): string =>
  (body as { readonly error?: { readonly message?: string } } | null)?.error?.message ?? '';

/** The whole answer, with its links unescaped. */
const decoded = (answer: Answer): string =>
  JSON.stringify(answer).replace(/(?:salt-|regions\/)[^"]*/g, unescaped);
const unescaped = (text: string): string => decodeURIComponent(text);

function enabledIn(answer: Answer): Answer {
  const { projects = [], ...rest } = (answer.body ?? {}) as { projects?: readonly { enabled?: unknown }[] };
  const body = { ...rest, projects: projects.filter(({ enabled }) => enabled !== false) };
  return { ...answer, body };
}

const bothAre = ({ keystone, tagway }: Pair, status: number): boolean =>
  keystone.status === status && tagway.status === status;

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
      tagway.status === 401,
  },
  {
    id: 'K12',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/credentials') &&
      (((keystone.status < 300 || keystone.status === 400) && tagway.status === 404) ||
        /was unexpected/.test(messageOf(keystone)) ||
        (keystone.status === tagway.status && /"colour"/.test(JSON.stringify(keystone)))),
  },
  {
    id: 'K11',
    excuses: ({ call, tagway }) =>
      call.method === 'DELETE' && call.path.startsWith('/services/') && tagway.status === 403,
  },
  {
    id: 'K20',
    excuses: ({ call, keystone, tagway }) =>
      /^\/(OS-INHERIT|roles$)/.test(call.path) && keystone.status < 300 && tagway.status === 404,
  },
  {
    id: 'K21',
    excuses: ({ keystone, tagway }) => decoded(keystone) === decoded(tagway),
  },
  {
    id: 'K22',
    excuses: ({ call, keystone }) => call.method === 'PUT' && /non-unique elements/.test(messageOf(keystone)),
  },
  {
    id: 'K23',
    excuses: ({ call, keystone, tagway }) =>
      (call.as !== undefined && keystone.status === 400 && [401, 403].includes(tagway.status)) ||
      (/^\/policies|\/(tags|password|application_credentials)/.test(call.path) &&
        [401, 403, 404].includes(keystone.status) &&
        tagway.status === 400),
  },
  {
    id: 'K24',
    excuses: ({ call, keystone }) =>
      /^\/OS-INHERIT\/projects\/.*\/roles\/inherited_to_projects$/.test(call.path) && keystone.status === 404,
  },
  {
    id: 'K4',
    excuses: ({ call, keystone, tagway }) =>
      (call.path.startsWith('/auth/tokens') && keystone.status === 401 && tagway.status === 201) ||
      (call.path === '/auth/system' && tagway.status === 200),
  },
  {
    id: 'K26',
    excuses: ({ call, keystone, tagway }) =>
      keystone.status === 404 &&
      ((call.as !== undefined && [401, 403].includes(tagway.status)) ||
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
      JSON.stringify(keystone).replaceAll('"description":null', '"description":""') ===
      JSON.stringify(tagway),
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
    excuses: ({ call, keystone, tagway }) =>
      /^\/(auth|users\/[^/]+)\/projects/.test(call.path) &&
      JSON.stringify(enabledIn(keystone)) === JSON.stringify(tagway),
  },
  {
    id: 'K5',
    excuses: ({ call, keystone, tagway }) =>
      /^\/(domains|projects)(\?|$)/.test(call.path) && keystone.status === 403 && tagway.status === 200,
  },
  {
    id: 'K28',
    excuses: ({ call, keystone, tagway }) =>
      call.path.startsWith('/services') &&
      (keystone.status < 300 || keystone.status === 404) &&
      tagway.status === 400 &&
      messageOf(tagway).includes("field 'description'"),
  },
  { id: 'K25', excuses: ({ keystone, tagway }) => keystone.status >= 500 && tagway.status < 500 },
];

/** The divergence that allows these answers to differ. */
export function excuseFor(pair: Pair): string | undefined {
  return excuses.find(({ excuses: holds }) => holds(pair))?.id;
}
