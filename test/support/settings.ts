/** `TEST_BATCHING=off npm test` runs every suite with a gateway that sends each change by itself. */
export function testSettings(): Record<string, string> {
  const batching = process.env['TEST_BATCHING'];
  return batching === undefined ? {} : { TAGWAY_BATCHING: batching };
}

/** Costs of scrypt; by default a hash takes 80 ms. */
export const cheapPasswords = { n: 256, r: 8, p: 1 };
