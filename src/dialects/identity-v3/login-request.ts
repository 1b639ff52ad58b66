import type { Schema } from 'express-validator';
import { HttpFault } from '../../http/errors';
import { requestReader } from '../../http/request-reader';
import type {
  LoginProof,
  LoginRequest,
  LoginScope,
  NameInDomain,
  NameOrId,
} from '../../identity/embedded/login';

const wrongType = (field: string, type: string): { code: string; message: string } => ({
  code: 'type',
  message: `Invalid input for field '${field}': not of type '${type}'`,
});

const anObject = (field: string): Schema[string] => ({
  in: ['body'],
  optional: true,
  isObject: { errorMessage: wrongType(field, 'object') },
});

const aText = (field: string): Schema[string] => ({
  in: ['body'],
  optional: true,
  isString: { errorMessage: wrongType(field, 'string') },
});

/** Paths in the body have dots; in error messages they have slashes, as in Keystone. */
const named = (path: string): Schema => {
  const field = path.replaceAll('.', '/');
  return {
    [`auth.${path}`]: anObject(field),
    [`auth.${path}.id`]: aText(`${field}/id`),
    [`auth.${path}.name`]: aText(`${field}/name`),
  };
};

const namedInDomain = (path: string): Schema => ({ ...named(path), ...named(`${path}.domain`) });

/** Types only; which members belong together is read below. What is not named here is ignored. */
const schema: Schema = {
  auth: {
    in: ['body'],
    exists: {
      options: { values: 'null' },
      bail: true,
      errorMessage: { code: 'missing', message: 'Expecting to find auth in request body.' },
    },
    isObject: { errorMessage: wrongType('auth', 'object') },
  },
  'auth.identity': {
    in: ['body'],
    exists: { bail: true, errorMessage: { code: 'required', message: "'identity' is a required property" } },
    isObject: { errorMessage: wrongType('identity', 'object') },
  },
  'auth.identity.methods': {
    in: ['body'],
    exists: {
      bail: true,
      errorMessage: { code: 'required', message: "'methods' is a required property" },
    },
    // A wildcard would cost a validator for each of ten thousand elements before the caller is authenticated.
    isArray: { bail: true, options: { max: 10 }, errorMessage: wrongType('identity/methods', 'array') },
    custom: {
      options: (methods: readonly unknown[]) => methods.every((method) => typeof method === 'string'),
      errorMessage: wrongType('identity/methods', 'string'),
    },
  },
  'auth.identity.password': anObject('identity/password'),
  ...namedInDomain('identity.password.user'),
  'auth.identity.password.user.password': aText('identity/password/user/password'),
  'auth.identity.token': anObject('identity/token'),
  'auth.identity.token.id': aText('identity/token/id'),
  ...named('identity.application_credential'),
  'auth.identity.application_credential.secret': aText('identity/application_credential/secret'),
  ...namedInDomain('identity.application_credential.user'),
  'auth.scope': {
    in: ['body'],
    optional: true,
    custom: {
      options: (scope: unknown) => typeof scope === 'string' || (typeof scope === 'object' && scope !== null),
      errorMessage: wrongType('scope', 'object'),
    },
  },
  ...namedInDomain('scope.project'),
  ...named('scope.domain'),
  'auth.scope.system': anObject('scope/system'),
};

/** A part of the body; that its members have their types is known by then. */
type Part = Readonly<Record<string, unknown>>;

/** Body of `POST /v3/auth/tokens`. @throws HttpFault invalid-request */
export const readLogin = requestReader(schema, (seen): LoginRequest => {
  const auth = seen['auth'] as Part;
  const identity = auth['identity'] as Part;
  requireNames(auth);
  const methods = [...new Set(identity['methods'] as readonly string[])];
  return { proofs: methods.map((method) => readProof(method, identity)), scope: readScope(auth['scope']) };
});

function readProof(method: string, identity: Part): LoginProof {
  const part = need(identity, method, 'identity') as Part;
  switch (method) {
    case 'password': {
      const user = need(part, 'user', 'None') as Part;
      // Without a password it is as wrong as with a wrong one.
      return { method, user: readNameInDomain(user), password: (user['password'] ?? '') as string };
    }
    case 'token':
      return { method, token: need(part, 'id', 'token') as string };
    case 'application_credential':
      return { method, credential: readCredentialName(part), secret: (part['secret'] ?? '') as string };
    default:
      return { method: 'unsupported' };
  }
}

function readCredentialName(part: Part): (LoginProof & { method: 'application_credential' })['credential'] {
  const { id, name, user } = part;
  if (id) return { id: id as string };
  if (!name) throw missing('Expecting to find name or ID in application credential.');
  if (!user) throw missing('Expecting to find user in application credential.');
  return { name: name as string, user: readNameInDomain(user as Part) };
}

const noScope = 'Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.';

function readScope(scope: unknown): LoginScope {
  if (scope === undefined) return { kind: 'none' };
  if (scope === 'unscoped') return { kind: 'unscoped' };
  const part = (typeof scope === 'string' ? {} : scope) as Part;
  const kinds = ['project', 'domain', 'system', 'unscoped'].filter((kind) => part[kind] !== undefined);
  if (kinds.length !== 1) throw missing(noScope);
  switch (kinds[0]) {
    case 'project':
      return { kind: 'project', project: readNameInDomain(part['project'] as Part) };
    case 'domain':
      return { kind: 'domain', domain: readName(part['domain'] as Part) };
    case 'system':
      return { kind: 'system' };
    default:
      return { kind: 'unscoped' };
  }
}

/** The error message for a part that names nothing. */
const namesNothing = { code: 'required', message: 'id or name must be present.' };

/** In the order in which Keystone looks. */
const namedParts = [
  ['identity', 'password', 'user'],
  ['identity', 'password', 'user', 'domain'],
  ['scope', 'project'],
  ['scope', 'project', 'domain'],
  ['scope', 'domain'],
];

/** Before anything is looked up, every part that names something must do so. */
function requireNames(auth: Part): void {
  for (const path of namedParts) {
    const part = path.reduce<Part | undefined>((at, key) => at?.[key] as Part | undefined, auth);
    if (part === undefined || typeof part === 'string') continue;
    if (part['id'] !== undefined || part['name'] !== undefined) continue;
    const field = path.join('/');
    const message = `Invalid input for field ${field}: ${namesNothing.message}`;
    throw new HttpFault({
      kind: 'invalid-request',
      issues: [{ path: field, code: namesNothing.code, message }],
    });
  }
}

function readName({ id, name }: Part): NameOrId {
  return {
    ...(id === undefined ? {} : { id: id as string }),
    ...(name === undefined ? {} : { name: name as string }),
  };
}

function readNameInDomain(part: Part): NameInDomain {
  const domain = part['domain'] as Part | undefined;
  return { ...readName(part), ...(domain === undefined ? {} : { domain: readName(domain) }) };
}

function need(part: Part, member: string, where: string): unknown {
  // A method may have any name: only what the body itself holds counts.
  const value = Object.hasOwn(part, member) ? part[member] : undefined;
  if (value === undefined) throw missing(`Expecting to find ${member} in ${where}.`);
  return value;
}

function missing(message: string): HttpFault {
  return new HttpFault({ kind: 'invalid-request', issues: [{ path: '', code: 'missing', message }] });
}
