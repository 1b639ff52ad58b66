import { readFileSync } from 'node:fs';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import type { RunningServer, Tls } from '../http/lifecycle';

/** null: plain HTTP @throws the error of an unreadable file */
export function readTls({ tls }: Pick<Config, 'tls'>): Tls | null {
  return tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') };
}

/** SIGHUP reloads the certificate. An unusable one is logged, and the previous one stays. */
export function reloadCertificateOnHangup(
  config: Pick<Config, 'tls'>,
  server: Pick<RunningServer, 'renew'>,
  log: Logger,
): void {
  process.on('SIGHUP', () => {
    try {
      const tls = readTls(config);
      if (tls) server.renew(tls);
      log.info(tls ? 'the certificate was read again' : 'SIGHUP: there is no certificate to read again');
    } catch (error) {
      log.error('the certificate cannot be read again; the one before stays', { error: String(error) });
    }
  });
}
