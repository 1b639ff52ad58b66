/** A value of a JSON text that is neither an object nor a list. */
export interface JsonLeaf {
  /** As written: `"a"`, `5`, `null`. */
  readonly text: string;
  /** Of the member that it is, or of the list that it is in. */
  readonly name: string;
  /** Of the objects around it, from the outermost. */
  readonly around: readonly string[];
}

interface Open {
  readonly isObject: boolean;
  /** Of the object's current member; of a list, the member that the list is. */
  name: string;
  isKeyNext: boolean;
}

const piece = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Replaces values, and leaves every other byte as it is: an answer is compared with its white space.
 * @param json well-formed @param write gives the text to put in place of a leaf's
 */
export function replaceJsonLeaves(json: string, write: (leaf: JsonLeaf) => string): string {
  const open: Open[] = [];
  return json.replace(piece, (text) => {
    const top = open.at(-1);
    switch (text) {
      case '{':
      case '[':
        open.push({ isObject: text === '{', name: nameIn(top), isKeyNext: text === '{' });
        return text;
      case '}':
      case ']':
        open.pop();
        return text;
      case ',':
      case ':':
        if (top) top.isKeyNext = top.isObject && text === ',';
        return text;
    }
    if (top?.isKeyNext !== true) return write({ text, name: nameIn(top), around: namesAround(open) });
    top.name = JSON.parse(text) as string;
    return text;
  });
}

function nameIn(top: Open | undefined): string {
  return top?.name ?? '';
}

function namesAround(open: readonly Open[]): readonly string[] {
  return open
    .slice(0, -1)
    .filter(({ isObject }) => isObject)
    .map(({ name }) => name);
}
