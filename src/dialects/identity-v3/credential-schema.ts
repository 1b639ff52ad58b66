import type { Schema } from 'express-validator';
import { requireValidAccessRules } from './access-rule-form';

const wrongType = (field: string, type: string): { code: string; message: string } => ({
  code: 'type',
  message: `Invalid input for field '${field}': not of type '${type}'`,
});

const optionalText = (field: string): Schema[string] => ({
  in: ['body'],
  optional: { options: { values: 'null' } },
  isString: { errorMessage: wrongType(field, 'string') },
});

/** Body of `POST /v3/users/{user_id}/application_credentials`. */
export const credentialSchema: Schema = {
  application_credential: { in: ['body'], custom: { options: requireKnownMembers } },
  'application_credential.name': {
    in: ['body'],
    exists: { bail: true, errorMessage: { code: 'required', message: "'name' is a required property" } },
    isString: { errorMessage: wrongType('name', 'string') },
  },
  'application_credential.description': optionalText('description'),
  'application_credential.secret': optionalText('secret'),
  'application_credential.expires_at': optionalText('expires_at'),
  'application_credential.unrestricted': {
    in: ['body'],
    optional: { options: { values: 'null' } },
    isBoolean: { options: { strict: true }, errorMessage: wrongType('unrestricted', 'boolean') },
  },
  'application_credential.access_rules': {
    in: ['body'],
    optional: true,
    isArray: { bail: true, errorMessage: wrongType('access_rules', 'array') },
    custom: { options: requireValidAccessRules },
  },
  'application_credential.roles': {
    in: ['body'],
    optional: { options: { values: 'null' } },
    isArray: { bail: true, options: { max: 100 }, errorMessage: wrongType('roles', 'array') },
    custom: {
      options: (roles: readonly unknown[]) => roles.every(namesRole),
      errorMessage: {
        code: 'type',
        message: "Invalid input for field 'roles': either id or name must be present.",
      },
    },
  },
};

function namesRole(role: unknown): boolean {
  if (typeof role !== 'object' || role === null) return false;
  const [[member, value] = [], ...more] = Object.entries(role);
  return (member === 'id' || member === 'name') && typeof value === 'string' && more.length === 0;
}

/** These are taken, and count for nothing: they are the token's. */
const ignored: Readonly<Record<string, readonly string[]>> = {
  id: ['string'],
  project_id: ['string'],
  system: ['string', 'null'],
};
const known = ['name', 'description', 'secret', 'expires_at', 'unrestricted', 'access_rules', 'roles'];

/** @throws Error whose message is for the sender */
function requireKnownMembers(credential: unknown): true {
  if (typeof credential !== 'object' || credential === null) return true;
  for (const [name, value] of Object.entries(credential)) {
    const types = Object.hasOwn(ignored, name) ? ignored[name] : undefined;
    if (types) {
      if (!types.includes(value === null ? 'null' : typeof value))
        throw new Error(`Invalid input for field '${name}': not of type '${types.join("', '")}'`);
    } else if (!known.includes(name)) {
      throw new Error(`Additional properties are not allowed ('${name.slice(0, 64)}' was unexpected)`);
    }
  }
  return true;
}
