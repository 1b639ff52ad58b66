/** What an application credential may request; without any rule, everything. */
export interface AccessRule {
  readonly id: string;
  /** The type of the service, as the catalog has it. */
  readonly service: string;
  readonly method: string;
  /** `*` and `{name}` stand for what is between two slashes, `**` for anything. */
  readonly path: string;
}

/** A request, as rules match it. */
export interface RuledRequest {
  readonly method: string;
  /** The type of the service that answers; undefined: none that a rule can name. */
  readonly service?: string | undefined;
  /** As it is routed, decoded. */
  readonly path?: string | undefined;
}

/** No operation has a path as long as this (characters), and matching costs time. */
const longestPath = 1_000;

/** By the rules of OpenStack's middleware: method and service exactly, the path by its pattern. */
export function isPermittedByRules(
  rules: readonly AccessRule[],
  { method, service, path }: RuledRequest,
): boolean {
  if (service === undefined || path === undefined) return false;
  // Every token may be used to inspect itself.
  if (service === 'identity' && method === 'GET' && path === '/v3/auth/tokens') return true;
  const characters = [...path];
  return rules.some(
    (rule) => rule.method === method && rule.service === service && matches(patternOf(rule), characters),
  );
}

/** Of rules that tokens are kept with. */
const patterns = new WeakMap<AccessRule, Pattern>();

function patternOf(rule: AccessRule): Pattern {
  const known = patterns.get(rule) ?? read(rule.path);
  patterns.set(rule, known);
  return known;
}

/** Sets of places in a pattern, the first being the lowest bit; the one behind the last is where a path must end. */
interface Pattern {
  readonly end: bigint;
  /** Of each character, the places where it stands. */
  readonly literals: ReadonlyMap<string, bigint>;
  /** Of `*` and `{name}`. */
  readonly segments: bigint;
  /** Of `**`. */
  readonly anything: bigint;
}

function read(text: string): Pattern {
  const literals = new Map<string, bigint>();
  let [segments, anything, place] = [0n, 0n, 1n];
  // A repeated `**` means the same as one.
  for (const [part] of text.matchAll(/\{[^{}]*\}|(?:\*\*)+|\*|[^]/gu)) {
    if (part.startsWith('**')) anything |= place;
    else if (part === '*' || (part.startsWith('{') && part.length > 1)) segments |= place;
    else literals.set(part, (literals.get(part) ?? 0n) | place);
    place <<= 1n;
  }
  return { end: place, literals, segments, anything };
}

/** Looks at each character once, with every place that those before it may have led to: no pattern takes long. */
function matches({ end, literals, segments, anything }: Pattern, path: readonly string[]): boolean {
  if (path.length > longestPath) return false;
  // Behind `**`, which may stand for nothing.
  const reached = (places: bigint): bigint => places | ((places & anything) << 1n);
  let places = reached(1n);
  for (const character of path) {
    const further = character === '/' ? 0n : places & segments;
    const known = places & (literals.get(character) ?? 0n);
    places = reached(((known | further) << 1n) | further | (places & anything));
    if (places === 0n) return false;
  }
  return (places & end) !== 0n;
}
