import type { Call } from './world';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Sent {
  readonly answer: Answer;
  /** The id of what it made. */
  readonly made: string | undefined;
  /** The ids of the access rules of an application credential. */
  readonly rules: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
type Member = Json | string | undefined;

/** One of the two services, as one sequence sees it. */
export class Side {
  private readonly ids = new Map<string, string>();
  private readonly handles = new Map<string, string>();

  constructor(
    private readonly url: string,
    private readonly adminToken: string,
    private readonly salt: string,
  ) {}

  knows(id: string): boolean {
    return this.handles.has(id);
  }

  /** `<user-7>` is that one. */
  learn(handle: string, id: string): void {
    this.ids.set(handle, id);
    this.handles.set(id, handle);
  }

  async send(call: Call): Promise<Sent> {
    const token = call.as === undefined ? this.adminToken : this.filled(call.as);
    const response = await fetch(`${this.url}${this.filled(call.path)}`, {
      method: call.method,
      headers: {
        'X-Auth-Token': token,
        'Content-Type': 'application/json',
        ...(call.subject !== undefined && { 'X-Subject-Token': this.filled(call.subject) }),
      },
      ...(call.body !== undefined && { body: this.filled(JSON.stringify(call.body)) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? null : readJson(text);
    const made = response.status === 201 && call.makes ? idIn(body, response.headers) : undefined;
    return { answer: { status: response.status, body }, made, rules: rulesIn(body) };
  }

  /** Takes back what the other one did not do. */
  async undo({ path, as }: Call, id: string): Promise<void> {
    await this.send({
      method: 'DELETE',
      path: `${path.replace(/\?.*/, '')}/${id}`,
      ...(as !== undefined && { as }),
    });
  }

  /** With the names that stand for ids, and without what differs between any two services. */
  compared({ status, body }: Answer): Answer {
    return { status, body: this.general(body) };
  }

  private filled(text: string): string {
    return text.replace(/<[a-z_]+-\w+>/g, (handle) => this.ids.get(handle) ?? 'e'.repeat(32));
  }

  private general(value: unknown, key = ''): unknown {
    if (hidden.has(key) && value !== null) return `(${key})`;
    if (typeof value === 'string') return this.generalText(value);
    if (Array.isArray(value)) return this.generalList(value);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]): [string, unknown] => [
      this.generalText(name),
      this.general(member, name),
    ]);
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What other sequences made is left out; the order is that of neither. */
  private generalList(items: readonly unknown[]): unknown[] {
    const ours = items
      .filter((item) => this.isKnown(item))
      .map((item) => this.broughtAlong(item) ?? this.general(item));
    return inOrder(ours);
  }

  private isKnown(item: unknown): boolean {
    const known = subjectOf(item);
    // What is inherited reaches the projects of sequences that are played at the same time.
    const { scope } = (item ?? {}) as { readonly scope?: { readonly project?: Json } };
    const project = scope?.project?.['id'];
    if (typeof project === 'string' && !this.handles.has(project)) return false;
    return known === undefined || this.handles.has(known);
  }

  /** Of what both services have from the start (`<role-reader>`) only that it is listed: its descriptions differ. */
  private broughtAlong(item: unknown): string | undefined {
    const handle = this.handles.get(subjectOf(item) ?? '') ?? '';
    return handle === '' || /\d>$/.test(handle) ? undefined : handle;
  }

  private generalText(text: string): string {
    return text
      .replaceAll(new URL(this.url).origin, 'http://service')
      .replaceAll(this.salt, 'salt')
      .replace(/[0-9a-f]{32,64}/g, (id) => this.handles.get(id) ?? '(id)')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, '(time)');
  }
}

/** An order that goes by the whole items: that of neither service. */
export function inOrder(items: readonly unknown[]): unknown[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** The id of what a list's item is about. */
function subjectOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { id, access, user, group, prior_role: prior } = item as Record<string, Member>;
  const actor = (user ?? group ?? prior) as Json | undefined;
  const known = id ?? access ?? actor?.['id'];
  return typeof known === 'string' ? known : undefined;
}

const hidden = new Set(['audit_ids', 'secret', 'expires_at', 'issued_at', 'password_expires_at', 'access']);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return `not JSON: ${text.slice(0, 80)}`;
  }
}

function idIn(body: unknown, headers: Headers): string | undefined {
  const token = headers.get('x-subject-token');
  if (token !== null) return token;
  const [thing] = Object.values(body as Record<string, unknown>).filter(
    (member) => typeof member === 'object' && member !== null && !('self' in member && 'next' in member),
  );
  const one = (Array.isArray(thing) ? thing[0] : thing) as { id?: string; access?: string } | undefined;
  return one?.id ?? one?.access;
}

function rulesIn(body: unknown): readonly string[] {
  const { application_credential: made } = (body ?? {}) as {
    application_credential?: { access_rules?: readonly { readonly id: string }[] };
  };
  return (made?.access_rules ?? []).map(({ id }) => id);
}
