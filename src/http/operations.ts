import type { IncomingMessage } from 'node:http';
import './context';

/**
 * What a dialect's contract calls its operations (`operationId`): by the path of the route as the dialect's router
 * writes it, then by method.
 */
export type OperationNames = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** For what has no name: nobody asked for an operation that there is, or it was refused before that was known. */
const none = 'none';

/**
 * The operation that answered, from a set that does not grow: its name in the contract, or the route itself where
 * there is no contract.
 */
export function operationOf(req: IncomingMessage, names: OperationNames | undefined): string {
  if (req.operation !== undefined) return req.operation;
  const path: unknown = (req as { readonly route?: { readonly path?: unknown } }).route?.path;
  if (typeof path !== 'string') return none;
  if (!names) return path;
  const ofPath = names[path];
  const method = req.method ?? '';
  return ofPath?.[method] ?? (method === 'HEAD' ? ofPath?.['GET'] : undefined) ?? none;
}
