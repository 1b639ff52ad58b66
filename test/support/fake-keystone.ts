import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A token as the fake knows it; what is not said is that of an ordinary member. */
export interface FakeToken {
  readonly user?: string;
  readonly project?: string | null;
  readonly roles?: readonly string[];
  readonly scope?: object;
  /** milliseconds since 1970 */
  readonly expiresAt?: number;
  readonly revoked?: boolean;
}

export interface FakeUser {
  readonly name: string;
  readonly enabled: boolean;
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** What the fake does with a request before it thinks about it. */
export type Mood = 'well' | 'hangs' | 'resets' | { readonly status: number } | { readonly slow: number };

/** A small Keystone on a real socket, whose every move a test decides. */
export class FakeKeystone {
  readonly tokens = new Map<string, FakeToken>();
  readonly users = new Map<string, FakeUser>();
  readonly serviceUser = { name: 'tagway', password: 'service secret' };
  mood: Mood = 'well';
  /** Moods of the next requests, before `mood` is asked. */
  readonly next: Mood[] = [];
  /** `METHOD /path?query`, in order. */
  readonly calls: string[] = [];
  logins = 0;
  connections = 0;
  inFlight = 0;
  mostAtOnce = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  constructor(private readonly tls?: { readonly key: string; readonly cert: string }) {}

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${String(this.port)}/v3`;
  }

  /** Listens, after the first time on the same port again. */
  async start(): Promise<void> {
    const listener: RequestListener = (req, res) => {
      void this.receive(req, res);
    };
    const server = this.tls ? createTlsServer(this.tls, listener) : createServer(listener);
    server.on('connection', (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** As if it were killed: every connection is gone. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  aToken(token: FakeToken = {}): string {
    const text = `gAAAAA${randomBytes(60).toString('base64url')}`;
    this.tokens.set(text, token);
    return text;
  }

  validations(): number {
    return this.calls.filter((call) => call.startsWith('GET /v3/auth/tokens')).length;
  }

  private async receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.calls.push(`${req.method ?? ''} ${req.url ?? ''}`);
    this.inFlight++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.inFlight);
    res.on('close', () => this.inFlight--);
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const mood = this.next.shift() ?? this.mood;
    if (mood === 'hangs') return;
    if (mood === 'resets') {
      req.socket.destroy();
      return;
    }
    if (typeof mood === 'object' && 'status' in mood) {
      answer(res, mood.status, { error: { code: mood.status, message: 'not well' } });
      return;
    }
    if (typeof mood === 'object') await new Promise((resolve) => setTimeout(resolve, mood.slow));
    this.route(req, res, Buffer.concat(chunks).toString('utf8'));
  }

  private route(req: IncomingMessage, res: ServerResponse, body: string): void {
    const url = new URL(req.url ?? '/', 'http://fake');
    if (req.method === 'POST' && url.pathname === '/v3/auth/tokens') {
      this.logIn(res, body);
      return;
    }
    const asking = this.holding(String(req.headers['x-auth-token']), false);
    if (!asking) answer(res, 401, { error: { code: 401, message: 'Unauthorized' } });
    else if (url.pathname === '/v3/auth/tokens')
      this.describe(req, res, url.searchParams.has('allow_expired'));
    else this.lookUp(url, res);
  }

  private logIn(res: ServerResponse, body: string): void {
    this.logins++;
    const { auth } = JSON.parse(body) as {
      auth: { identity: { password: { user: { name: string; password: string } } } };
    };
    const { name, password } = auth.identity.password.user;
    if (name !== this.serviceUser.name || password !== this.serviceUser.password) {
      answer(res, 401, { error: { code: 401, message: 'Unauthorized' } });
      return;
    }
    const text = this.aToken({ user: 'tagway', project: 'service', roles: ['service', 'admin'] });
    res.setHeader('X-Subject-Token', text);
    answer(res, 201, this.document(this.tokens.get(text) ?? {}));
  }

  private describe(req: IncomingMessage, res: ServerResponse, allowExpired: boolean): void {
    const token = this.holding(String(req.headers['x-subject-token']), allowExpired);
    const isShown = !hasRules(token) || req.headers['openstack-identity-access-rules'] === '1.0';
    if (token && isShown) answer(res, 200, this.document(token));
    else answer(res, 404, { error: { code: 404, message: 'Could not recognize Fernet token' } });
  }

  private holding(text: string, allowExpired: boolean): FakeToken | undefined {
    const token = this.tokens.get(text);
    if (!token || token.revoked === true) return undefined;
    return allowExpired || (token.expiresAt ?? Infinity) > Date.now() ? token : undefined;
  }

  private document({ user = 'u1', project = 'p1', roles = ['member'], scope, expiresAt }: FakeToken): object {
    const end = new Date(expiresAt ?? Date.now() + 3_600_000).toISOString().replace(/\.(\d+)Z/, '.$1000Z');
    return {
      token: {
        methods: ['password'],
        user: { id: user, name: `name of ${user}`, domain: { id: 'default', name: 'Default' } },
        expires_at: end,
        issued_at: end,
        ...(project !== null && !scope && { project: { id: project, name: project } }),
        ...scope,
        ...(roles.length > 0 && { roles: roles.map((name) => ({ id: `id of ${name}`, name })) }),
      },
    };
  }

  private lookUp(url: URL, res: ServerResponse): void {
    const [, id = '', projects] = /^\/v3\/users\/([^/]+)(\/projects)?$/.exec(url.pathname) ?? [];
    const user = this.users.get(id || (url.searchParams.get('user.id') ?? ''));
    if (url.pathname === '/v3/role_assignments') {
      const grants = Object.entries(user?.roles ?? {}).flatMap(([project, roles]) =>
        roles.map((name) => ({ scope: { project: { id: project } }, role: { name }, user: { id } })),
      );
      answer(res, 200, { role_assignments: grants });
    } else if (url.pathname.startsWith('/v3/projects/')) {
      const project = url.pathname.slice('/v3/projects/'.length);
      answer(res, 200, { project: { id: project, name: project } });
    } else if (user && projects) {
      answer(res, 200, {
        projects: Object.keys(user.roles).map((project) => ({ id: project, enabled: true })),
      });
    } else if (user) {
      answer(res, 200, { user: { id, name: user.name, enabled: user.enabled } });
    } else {
      answer(res, 404, { error: { code: 404, message: 'Could not find it' } });
    }
  }
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify(body));
}

/** Keystone shows such a token only to those who say that they hold it to its rules. */
function hasRules(token: FakeToken | undefined): boolean {
  const scope = token?.scope as { application_credential?: { access_rules?: unknown } } | undefined;
  return scope?.application_credential?.access_rules !== undefined;
}
