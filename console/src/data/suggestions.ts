import { getCall } from './calls';
import { ask, bodyOf } from './exchange';
import type { Session } from './session';
import type { Use } from './statistics';

/** Keys of the project's tags, or the values of one key, that begin so. @throws ServerRefusal */
export async function readSuggestions(
  { token }: Session,
  key: string | null,
  prefix: string,
  signal?: AbortSignal,
): Promise<readonly Use[]> {
  const query = new URLSearchParams({ prefix, ...(key !== null && { key }) });
  const exchange = await ask(getCall(`/console/api/suggestions?${query.toString()}`), token, signal);
  return (bodyOf(exchange) as { items: Use[] }).items;
}
