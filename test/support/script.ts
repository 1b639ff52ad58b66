import { send } from './wire';

/**
 * One exchange of a script. `{name}` in path and body stands for what an earlier answer was asked to keep; the
 * answer's body must hold at least what `shows` says, or be exactly `is`.
 */
export interface Exchange {
  readonly does: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly is?: unknown;
  readonly shows?: unknown;
  /** Names and where their values are in the body: `entities.image_id`. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface Player {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Plays the exchanges in order. @returns what was kept */
export async function play(
  { port, headers }: Player,
  script: readonly Exchange[],
  kept: Record<string, string> = {},
): Promise<Record<string, string>> {
  for (const { does, method, path, body, status, is, shows, keep = {} } of script) {
    const filled = body === undefined ? undefined : filledIn(body, kept);
    const answer = await send(port, method, String(filledIn(path, kept)), { headers, body: filled });
    expect([does, answer.status, answer.text]).toEqual([does, status, expect.any(String)]);
    const seen: unknown = answer.text === '' ? undefined : answer.json();
    if (is !== undefined) expect([does, seen]).toEqual([does, filledIn(is, kept)]);
    if (shows !== undefined) expect({ [does]: seen }).toMatchObject({ [does]: filledIn(shows, kept) });
    for (const [name, where] of Object.entries(keep)) kept[name] = String(at(seen, where));
  }
  return kept;
}

function filledIn(value: unknown, kept: Readonly<Record<string, string>>): unknown {
  const text = JSON.stringify(value).replace(/\{(\w+)\}/g, (whole, name: string) => kept[name] ?? whole);
  return JSON.parse(text);
}

function at(value: unknown, where: string): unknown {
  return where.split('.').reduce((inner, name) => (inner as Record<string, unknown>)[name], value);
}
