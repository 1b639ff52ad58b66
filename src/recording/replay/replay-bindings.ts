import type { Exchange, HeaderList } from '../exchange';
import { listOrEmpty, objectOrEmpty, parseJson } from './json';
import type { PlaceholderBindings } from './placeholders';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const anId = new RegExp(`(?<![0-9a-f])${uuid}(?![0-9a-f])|(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])`, 'g');
const isUuid = new RegExp(`^${uuid}$`);

/** Members of JSON and headers that hold an id: 32 hexadecimal digits elsewhere may be a digest. */
const idName = /(?:^|[_-])id$|^(?:owner|member|tenant)$/i;
const hexId = /^[0-9a-f]{32}(?:[0-9a-f]{32})?$/;

const times = [
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}/g, '${FINETIME}'],
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, '${TIME}'],
  [/[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT/g, '${HTTPDATE}'],
  [/(?<="audit_ids": ?\[(?:"[^"]*", ?)?")[\w-]{22}(?=")/g, '${AUDIT}'],
] as const;

const secret = /^\$\{((?:TOKEN|SECRET|ACCESS):\d+)\}$/;

/** What the ids, secrets and addresses of a recording are here. */
export class ReplayBindings implements PlaceholderBindings {
  readonly known = new Map<string, string>();
  private readonly hexIds = new Set<string>();

  constructor(exchanges: readonly Exchange[]) {
    for (const { request, response } of exchanges) {
      for (const message of [request, response]) {
        if (message) this.collect(message.headers, message.body);
      }
      for (const [found] of request.target.matchAll(anId)) if (hexId.test(found)) this.hexIds.add(found);
    }
  }

  /** @param name as between the braces */
  bind(name: string, value: string): void {
    this.known.set(name, value);
  }

  bindId(recorded: string, here: string): void {
    if (!isUuid.test(recorded)) this.hexIds.add(recorded);
    this.known.set(`ID:${recorded}`, here);
  }

  /** What is bound to nothing stays. */
  fill(text: string): string {
    const named = this.withNames(text);
    return named.replace(/\$\{([^${}]+)\}/g, (whole, name: string) => {
      const id = name.startsWith('ID:') ? name.slice(3) : whole;
      return this.known.get(name) ?? id;
    });
  }

  /** An answer's text in which placeholders stand for what may differ. */
  template(text: string): string {
    return times.reduce((found, [form, name]) => found.replace(form, name), this.withNames(text));
  }

  /** An id that a request shows before any answer does is the client's own choice. */
  keepOwn(text: string): void {
    for (const id of this.idsIn(text)) if (!this.known.has(`ID:${id}`)) this.known.set(`ID:${id}`, id);
  }

  /** Binds what answers show for the first time. */
  learn(recorded: { headers: HeaderList; body?: string }, here: { headers: HeaderList; text: string }): void {
    for (const [name, value] of recorded.headers) {
      const found = here.headers.find(([other]) => other.toLowerCase() === name.toLowerCase());
      if (found) this.learnText(value, found[1]);
    }
    this.learnJson(parseJson(recorded.body), parseJson(here.text));
  }

  formOf = (name: string): string | undefined => {
    if (name === 'AUDIT') return '[\\w-]{22}';
    if (!name.startsWith('ID:')) return secret.test(`\${${name}}`) ? '[^\\s"]+' : undefined;
    const id = name.slice(3);
    return isUuid.test(id) ? uuid : `[0-9a-f]{${String(id.length)}}`;
  };

  private withNames(text: string): string {
    return text.replace(anId, (id) => (this.isId(id) ? `\${ID:${id}}` : id));
  }

  private isId(text: string): boolean {
    return isUuid.test(text) || this.hexIds.has(text);
  }

  private idsIn(text: string): readonly string[] {
    return [...text.matchAll(anId)].map(([id]) => id).filter((id) => this.isId(id));
  }

  private learnJson(recorded: unknown, here: unknown): void {
    if (typeof recorded === 'string' && typeof here === 'string') this.learnText(recorded, here);
    if (typeof recorded !== 'object' || recorded === null) return;
    if (Array.isArray(recorded)) {
      for (const [index, value] of recorded.entries()) this.learnJson(value, listOrEmpty(here)[index]);
      return;
    }
    const members = objectOrEmpty(here);
    for (const [name, value] of Object.entries(recorded)) this.learnJson(value, members[name]);
  }

  private learnText(recorded: string, here: string): void {
    const name = secret.exec(recorded)?.[1];
    if (name !== undefined && !this.known.has(name)) this.known.set(name, here);
    const before = this.idsIn(recorded);
    const after = [...here.matchAll(anId)].map(([id]) => id);
    if (before.length !== after.length) return;
    for (const [index, id] of before.entries()) {
      if (!this.known.has(`ID:${id}`)) this.known.set(`ID:${id}`, after[index] ?? id);
    }
  }

  private collect(headers: HeaderList, body: string | undefined): void {
    for (const [name, value] of headers) this.collectFrom(value, name);
    this.collectFrom(parseJson(body), '');
  }

  private collectFrom(value: unknown, name: string): void {
    if (typeof value === 'string' && idName.test(name) && hexId.test(value)) this.hexIds.add(value);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      this.collectFrom(inner, Array.isArray(value) ? name : key);
    }
  }
}
