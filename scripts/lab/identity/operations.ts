import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Call } from './world';

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
}

interface Counts {
  done: number;
  refused: number;
  /** Of these, by tokens of users that the sequences made. */
  doneByUsers: number;
  refusedToUsers: number;
}

const contract = join(__dirname, '../../../src/dialects/identity-v3/contract.yaml');

/** How often each operation of the contract was called, and with what success. */
export class OperationCounts {
  private readonly operations = readOperations();
  private readonly counts = new Map<string, Counts>();

  count({ method, path, as }: Call, status: number): void {
    const asked = method === 'HEAD' ? 'GET' : method;
    const place = `/v3${path.replace(/\?.*/, '')}`;
    const found = this.operations.find((one) => one.method === asked && one.pattern.test(place));
    const name = found?.name ?? `${method} ${path}`;
    const counts = this.counts.get(name) ?? { done: 0, refused: 0, doneByUsers: 0, refusedToUsers: 0 };
    const isDone = status < 400;
    counts[isDone ? 'done' : 'refused']++;
    if (as !== undefined) counts[isDone ? 'doneByUsers' : 'refusedToUsers']++;
    this.counts.set(name, counts);
  }

  /** Lines of a table, and the operations that never succeeded. */
  table(): { readonly lines: readonly string[]; readonly never: readonly string[] } {
    const names = this.operations.map(({ name }) => name);
    const all = [...new Set([...names, ...this.counts.keys()])];
    const lines = all.map((name) => {
      const { done = 0, refused = 0, doneByUsers = 0, refusedToUsers = 0 } = this.counts.get(name) ?? {};
      return `${name}: ${String(done)} done (${String(doneByUsers)} by users), ${String(refused)} refused (${String(refusedToUsers)})`;
    });
    return { lines, never: all.filter((name) => (this.counts.get(name)?.done ?? 0) === 0) };
  }
}

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;

/** Paths without parameters first: `/limits/model` is no limit. */
function readOperations(): readonly Operation[] {
  const { paths } = parse(readFileSync(contract, 'utf8'), { maxAliasCount: -1 }) as { readonly paths: Paths };
  const sorted = Object.entries(paths).sort(([a], [b]) => a.split('{').length - b.split('{').length);
  return sorted.flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId: name }]) =>
      name === undefined
        ? []
        : [
            {
              name,
              method: method.toUpperCase(),
              pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
            },
          ],
    ),
  );
}
