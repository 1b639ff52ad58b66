import { sealContext, type SealedSecret } from '../../identity/ports';

/** Where sealed secrets are kept: table, its key, and what a secret of it is bound to. */
export const sealedTables = [
  { table: 'identity_access_keys', key: 'access', context: sealContext.accessKey },
  { table: 'keystone_access_keys', key: 'access', context: sealContext.accessKey },
  { table: 'identity_token_keys', key: 'id', context: sealContext.tokenKey },
  { table: 'identity_user_credentials', key: 'id', context: sealContext.userCredential },
  { table: 'webhook_secrets', key: 'secret_id', context: sealContext.webhook },
] as const;

/** The lines of an export, with secrets that are sealed anew. */
export function createRowResealer(
  reseal: (secret: SealedSecret, context: string) => SealedSecret,
): (table: string, line: string) => string {
  return (table, line) => {
    const place = sealedTables.find((one) => one.table === table);
    if (!place) return line;
    // These tables have no numbers, which JavaScript might change.
    const { [table]: row = {} } = JSON.parse(line) as Record<string, Record<string, string>>;
    const { key_id: keyId = '', secret: text = '', [place.key]: key = '' } = row;
    const sealed = reseal({ keyId, text }, place.context(key));
    return JSON.stringify({ [table]: { ...row, key_id: sealed.keyId, secret: sealed.text } });
  };
}
