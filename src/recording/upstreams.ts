import { withoutTrailingSlashes } from '../settings/base-url';
import { type NamedAddress, baseUrlSpellings } from './addresses';

/** Where a request goes. */
export interface ForwardDestination {
  readonly url: URL;
  /** Path and query there, verbatim. */
  readonly path: string;
  /** As the recording has it. */
  readonly target: string;
  readonly isIdentity: boolean;
}

/** Everything of Keystone's API stands below it. */
const identityPath = /^\/v3(?:[/?]|$)/;

/** The services that are recorded, behind one address: `/v3` is the identity service, as it is of a Tagway. */
export class Upstreams {
  private readonly image: URL;
  private readonly identity: URL;
  private readonly isIdentityAlone: boolean;

  /** @throws Error for what is no URL of http or https */
  constructor(upstream: string, identity: string | undefined) {
    this.image = serviceUrl(upstream);
    this.identity = identity === undefined ? this.image : serviceUrl(identity);
    this.isIdentityAlone = identity === undefined && /\/v3$/.test(withoutTrailingSlashes(upstream));
  }

  /**
   * @param target as the client wrote it: a path, or the whole URL as to a proxy for HTTP
   * @returns null for a URL of another service
   */
  destination(target: string): ForwardDestination | null {
    const [, host, path = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(target) ?? [undefined, undefined, target];
    const isIdentity = this.isIdentityAlone || identityPath.test(path);
    const url = isIdentity ? this.identity : this.image;
    if (host !== undefined && host.toLowerCase() !== url.host) return null;
    const below = path.startsWith('/') ? path : `/${path}`;
    return { url, path: basePath(url) + below, target: below, isIdentity };
  }

  /** What stands for the services in a recording, and each way to write it. */
  addresses(): readonly NamedAddress[] {
    const named = (name: string, url: URL): NamedAddress[] =>
      baseUrlSpellings(url).map((text) => [name, text]);
    const hosts: NamedAddress[] = [this.image, this.identity].map(({ host }) => ['${HOST}', host]);
    return [...hosts, ...named('${IDENTITY}', this.identity), ...named('${BASE}', this.image)];
  }

  /** What lets clients come to the proxy. @param own its URL */
  hints(own: string): readonly string[] {
    if (this.isIdentityAlone) return [`for clients: export OS_AUTH_URL=${own}/v3`];
    const endpoint = `export OS_IMAGE_ENDPOINT_OVERRIDE=${own}`;
    return [
      this.identity === this.image ? `for clients: ${endpoint}` : `for clients: export OS_AUTH_URL=${own}/v3`,
    ];
  }

  /** For people. */
  description(): string {
    const [image, identity] = [this.image, this.identity].map((url) => baseUrlSpellings(url)[0] ?? '');
    return this.identity === this.image ? String(image) : `${String(image)} (/v3: ${String(identity)})`;
  }
}

/** Clients write the version themselves, as they do below a Tagway. @throws Error */
function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.host === '')
    throw new Error(`${text} is not the URL of a service: give one such as https://image.example.com:9292`);
  if (url.username !== '' || url.password !== '')
    throw new Error('the URL of a service must not have a user or a password');
  url.pathname = withoutTrailingSlashes(url.pathname).replace(/\/v[123](?:\.\d+)?$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

function basePath(url: URL): string {
  return url.pathname.replace(/\/$/, '');
}
