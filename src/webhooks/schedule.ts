/** Seconds before each try of an event, as the Standard Webhooks specification gives them. */
const pauses = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

const longest = 86_400;

/**
 * Seconds until the next try, with jitter, so that hooks that failed together do not all retry at once.
 * @param failed tries so far @param retryAfter what the receiver asked for
 * @returns null when there are no more
 */
export function retryDelaySeconds(
  failed: number,
  retryAfter: number | null,
  random: () => number = Math.random,
): number | null {
  const pause = pauses[failed];
  if (pause === undefined) return null;
  const spread = pause * (0.9 + 0.2 * random());
  return Math.min(longest, Math.max(spread, retryAfter ?? 0));
}
