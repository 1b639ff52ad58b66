import type { Schema } from 'express-validator';

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
  'application_credential.roles': {
    in: ['body'],
    optional: { options: { values: 'null' } },
    isArray: { options: { max: 100 }, errorMessage: wrongType('roles', 'array') },
  },
  'application_credential.roles.*.id': optionalText('roles/id'),
  'application_credential.roles.*.name': optionalText('roles/name'),
};
