import type { TestGatewayOptions } from '../gateway';
import { cheapPasswords } from '../settings';

/** Guesses lock no login. */
export const fuzzSettings = {
  env: { TAGWAY_LOGIN_LOCKOUT: '0', TAGWAY_ACCESS_KEY_LOCKOUT: '0', TAGWAY_IMAGE_CACHE: 'on' },
  replace: { scryptCost: cheapPasswords },
} as const satisfies TestGatewayOptions;
