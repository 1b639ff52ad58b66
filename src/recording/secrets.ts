export type SecretKind = 'TOKEN' | 'SECRET' | 'ACCESS';

/** A shorter text stands in too many places by chance to be hidden in all of them. */
const shortest = 6;

/**
 * The secrets that a session has shown. Each gets a name, the same wherever it stands, so that a replay knows which requests
 * bore the same token.
 */
export class RecordedSecrets {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<SecretKind, number>();
  private hidden: RegExp | undefined;
  private readonly replacements = new Map<string, string>();

  /** @returns what stands for it in the recording */
  nameOf(kind: SecretKind, secret: string): string {
    const known = this.names.get(secret);
    if (known !== undefined) return known;
    const number = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, number);
    const name = `\${${kind}:${String(number)}}`;
    this.names.set(secret, name);
    if (secret.length >= shortest) this.hideFromNowOn(secret, name);
    return name;
  }

  /** Hides all that are known, also as they are spelt in a URL and in JSON. */
  hide(text: string): string {
    if (this.replacements.size === 0) return text;
    this.hidden ??= new RegExp([...this.replacements.keys()].sort(byLength).map(escaped).join('|'), 'g');
    return text.replace(this.hidden, (found) => this.replacements.get(found) ?? '***');
  }

  private hideFromNowOn(secret: string, name: string): void {
    const inUrl = encodeURIComponent(secret.toWellFormed());
    const spellings = [inUrl, inUrl.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)];
    for (const spelling of spellings) this.replacements.set(spelling, '***');
    this.replacements.set(secret, name);
    this.hidden = undefined;
  }
}

function byLength(a: string, b: string): number {
  return b.length - a.length;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
