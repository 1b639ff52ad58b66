import type { Config } from './config';
import { isLoopback } from './loopback';

/** Settings that make the gateway less safe than by default, each with the consequence. */
export function disabledSafetyWarnings(config: Config): string[] {
  const isRemote = !isLoopback(config.host);
  const all: [boolean, string][] = [
    [config.identity === 'none', 'TAGWAY_IDENTITY=none: every request is let in'],
    [config.identity === 'none' && isRemote, 'TAGWAY_NONE_ANYWHERE=yes: from every address'],
    [
      isRemote && config.tls === null,
      `TAGWAY_HOST=${config.host} without TAGWAY_TLS_CERT: passwords are readable on the way`,
    ],
    [config.admin, 'TAGWAY_ADMIN=on: admins can remove all images and inject faults'],
    [config.accessKeyLockout === 0, 'TAGWAY_ACCESS_KEY_LOCKOUT=0: secret keys can be guessed without end'],
    [config.loginLockout === 0, 'TAGWAY_LOGIN_LOCKOUT=0: passwords can be guessed without end'],
    [
      config.trustProxy.some((network) => network.endsWith('/0')),
      'TAGWAY_TRUST_PROXY: every client is believed what its address is',
    ],
    [
      config.keystone?.url.startsWith('http:') === true && !isLoopback(new URL(config.keystone.url).hostname),
      'TAGWAY_KEYSTONE_URL with http: tokens are readable on the way',
    ],
  ];
  return all.flatMap(([isOff, sentence]) => (isOff ? [sentence] : []));
}
