import type { Random } from '../random';
import type { FuzzedOperation, Schema } from './operations';

/** What is there, by the names that contracts call it: `image_id` and the like. */
export type Known = Readonly<Record<string, readonly string[]>>;

const words = [
  'a',
  'b',
  'env',
  'prod',
  'env=prod',
  'k.v',
  'debian-13',
  'x y',
  '日本',
  'v1.2',
  '10',
  'ECS',
  'Linux',
];

/** Values as a schema wants them, more or less: readers are meant to see what lies just beside it, too. */
export class Samples {
  constructor(
    private readonly random: Random,
    private readonly follow: FuzzedOperation['follow'],
    private readonly known: Known,
  ) {}

  valueOf(schema: Schema, name = '', depth = 0): unknown {
    const { random } = this;
    const found = this.follow(schema);
    if (found.nullable === true && random.next() < 0.1) return null;
    const choices = found.oneOf ?? found.anyOf;
    if (choices && choices.length > 0) return this.valueOf(random.oneOf(choices), name, depth + 1);
    if (found.enum && found.enum.length > 0) return random.oneOf(found.enum);
    if (found.allOf) return this.together(found, name, depth);
    switch (found.type) {
      case 'array':
        return this.list(found, name, depth);
      case 'integer':
      case 'number':
        // Seconds after which the answer comes.
        if (name === 'wait') return random.below(2);
        return random.oneOf([0, 1, 10, found.minimum ?? 1, found.maximum ?? 1024, random.below(2000)]);
      case 'boolean':
        return random.next() < 0.5;
      case 'object':
        return this.object(found, depth);
      default:
        return found.properties ? this.object(found, depth) : this.text(found, name);
    }
  }

  text(schema: Schema, name: string): string {
    const known = this.known[name.replace(/s$/, '')] ?? this.known[name];
    if (known && this.random.next() < 0.9) return this.random.oneOf(known);
    if (typeof schema.example === 'string' && this.random.next() < 0.5) return schema.example;
    return this.random.oneOf(words);
  }

  private list({ items = {}, minItems = 0 }: Schema, name: string, depth: number): unknown[] {
    const length = depth > 6 ? 0 : Math.max(minItems, this.random.below(4));
    return Array.from({ length }, () => this.valueOf(items, name, depth + 1));
  }

  private object({ properties = {}, required = [], additionalProperties }: Schema, depth: number): object {
    const chosen = Object.entries(properties).filter(
      ([name]) => required.includes(name) || (depth < 6 && this.random.next() < 0.4),
    );
    const made: Record<string, unknown> = {};
    for (const [name, inner] of chosen) made[name] = this.valueOf(inner, name, depth + 1);
    if (additionalProperties !== false && this.random.next() < 0.1) made['more'] = this.random.oneOf(words);
    return made;
  }

  private together({ allOf = [], ...rest }: Schema, name: string, depth: number): unknown {
    const parts = [...allOf, ...(rest.properties ? [rest] : [])].map((part) =>
      this.valueOf(part, name, depth + 1),
    );
    const objects = parts.filter((part) => typeof part === 'object' && part !== null);
    return objects.length === parts.length ? Object.assign({}, ...objects) : parts.at(-1);
  }
}
