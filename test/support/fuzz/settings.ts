import type { TestGatewayOptions } from '../gateway';

/** Nobody is locked out for guessing, and guessing is cheap: the passwords protect nothing here. */
export const fuzzSettings = {
  env: { TAGWAY_LOGIN_LOCKOUT: '0', TAGWAY_ACCESS_KEY_LOCKOUT: '0', TAGWAY_IMAGE_CACHE: 'on' },
  replace: { scryptCost: { n: 256, r: 8, p: 1 } },
} as const satisfies TestGatewayOptions;
