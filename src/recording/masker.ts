import type { HeaderList, RecordedBody } from './exchange';
import { type JsonLeaf, replaceJsonLeaves } from './json-leaves';
import { RecordedSecrets } from './secrets';

/** Headers that hold a token and nothing else. */
const tokenHeaders = /^x-(?:auth|subject|service|security|sdk-security|storage|user)-token$/;

/** Headers whose values are shown; any other may hold a secret. */
const plainHeaders = new RegExp(
  `^(?:${[
    'accept(?:-.+)?|allow|cache-control|connection|content-.+|date|etag|expect|expires|host|if-.+|keep-alive|last-modified',
    'link|location|origin|pragma|range|retry-after|server|te|trailer|transfer-encoding|upgrade|user-agent|vary|via',
    'www-authenticate|openstack-.+|traceparent|referer|referrer-policy|strict-transport-security|permissions-policy',
    'cross-origin-.+|x-frame-options|x-content-type-options|x-xss-protection|x-forwarded-.+',
    'x-(?:openstack-.+|image-meta-.+|glance-.+|project-id|domain-id|language|request-id|sdk-content-sha256|sdk-date|trans-id)',
  ].join('|')})$`,
);

const secretName =
  /^(?!img_signature|password_expires_at$).*(?:(?:admin|^)pass$|pass(?:word|code|phrase|wd)|secret|security_?token|blob|credential_?key|private_?key|api_?key|signature|assertion)/i;
const accessName = /^(?:access|access_?key(?:_?id)?|ak)$/i;
const tokenName = /token$/i;

/** Tokens by their form: Fernet, JWS, PKI. */
const tokenForm = /gAAAA[\w-]{60,}={0,2}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|MII[\w+/=-]{200,}/g;
const userinfo = /:\/\/[^/?#\s"'@:]*:([^/?#\s"'@]*)@/g;
const queryPair = /([?&;])([^?=&;\s"'#]+)=([^&;\s"'#]*)/g;
const queryName = /pass|secret|token|signature|credential|^(?:sig|ak|sk)$|access_?key/i;

/** In text other than JSON: of the word before a colon or an equals sign. */
const secretNameInText = /pass|secret|(?:blob|token|signature)$/i;

/** Characters before a colon in which the name is. */
const longestName = 100;

const signature =
  /^SDK-HMAC-SHA256 +(Access|Credential)=([\w-]{1,128})((?:\/[\w-]{1,64}){0,4}), *SignedHeaders=([\w;-]{1,500}),/;

export interface MaskedBody {
  readonly text: string;
  /** Bodies of the identity service are shown as JSON alone: nothing else is known to be free of secrets. */
  readonly isIdentity: boolean;
}

/** Takes secrets and addresses out of what a session sends, before it is written. */
export class Masker {
  private readonly secrets = new RecordedSecrets();

  /** @param hideAddresses puts placeholders for those of the services and of the proxy */
  constructor(private readonly hideAddresses: (text: string) => string) {}

  headers(list: HeaderList): HeaderList {
    return list.map(([name, value]) => [name, this.header(name.toLowerCase(), value)] as const);
  }

  target(target: string): string {
    return this.text(target);
  }

  /** A sentence of the proxy's own. */
  sentence(sentence: string): string {
    return this.text(sentence);
  }

  /** null: it may hold a secret in a form that is not known. */
  body({ text, isIdentity }: MaskedBody): Required<Pick<RecordedBody, 'body'>> | null {
    if (isJson(text)) return { body: replaceJsonLeaves(text, (leaf) => this.leaf(leaf)) };
    return isIdentity || namesSecret(text) ? null : { body: this.text(text) };
  }

  private header(name: string, value: string): string {
    if (tokenHeaders.test(name)) return this.secrets.nameOf('TOKEN', value);
    if (name === 'authorization') return this.authorization(value);
    if (plainHeaders.test(name)) return this.text(value);
    const held = /cookie/.test(name) ? value.split(/[;=]\s*/) : [value];
    for (const part of held) if (part.length >= 16) this.secrets.nameOf('SECRET', part);
    return '***';
  }

  /** Which key signed, and which headers, a replay must know. */
  private authorization(value: string): string {
    const signed = signature.exec(value);
    if (!signed) {
      const [scheme = '', rest = ''] = value.split(/ (.*)/s);
      if (rest !== '') this.secrets.nameOf('SECRET', rest);
      return /^[A-Za-z]{1,20}$/.test(scheme) && rest !== '' ? `${scheme} ***` : '***';
    }
    const [, form = '', access = '', scope = '', names = ''] = signed;
    const key = `${form}=${this.secrets.nameOf('ACCESS', access)}${scope}`;
    return `SDK-HMAC-SHA256 ${key}, SignedHeaders=${names}, Signature=***`;
  }

  private leaf(leaf: JsonLeaf): string {
    const kind = kindOf(leaf);
    if (kind === null) return leaf.text.startsWith('"') ? this.string(leaf.text) : leaf.text;
    const value = leaf.text.startsWith('"') ? (JSON.parse(leaf.text) as string) : leaf.text;
    return JSON.stringify(this.secrets.nameOf(kind, value));
  }

  /** Only one in which there is something to hide is written anew: escapes stay as the service writes them. */
  private string(json: string): string {
    const text = JSON.parse(json) as string;
    const masked = this.text(text);
    if (masked === text) return json;
    const inPlace = this.text(json);
    return isJson(inPlace) && JSON.parse(inPlace) === masked ? inPlace : JSON.stringify(masked);
  }

  private text(text: string): string {
    const masked = text
      .replace(tokenForm, (token) => this.secrets.nameOf('TOKEN', token))
      .replace(userinfo, (_whole, password: string) => `://${this.hidden(password)}@`)
      .replace(queryPair, (whole, mark: string, name: string, value: string) =>
        queryName.test(name) ? `${mark}${name}=${this.hidden(value)}` : whole,
      );
    return this.hideAddresses(this.secrets.hide(masked));
  }

  private hidden(value: string): string {
    if (!value.startsWith('${')) this.secrets.nameOf('SECRET', decoded(value));
    return '***';
  }
}

/** As a URL means it, or as it stands there. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function namesSecret(text: string): boolean {
  const names = text.split(/[:=]/).slice(0, -1);
  return names.some((before) => {
    const words = before.slice(-longestName).split(/\W/);
    return secretNameInText.test(words.findLast((word) => word !== '') ?? '');
  });
}

function kindOf({ text, name, around }: JsonLeaf): 'TOKEN' | 'SECRET' | 'ACCESS' | null {
  if (/^(?:null|true|false|"")$/.test(text)) return null;
  if (around.some((outer) => /secret/i.test(outer)) || secretName.test(name)) return 'SECRET';
  const isText = text.startsWith('"');
  if (isText && accessName.test(name)) return 'ACCESS';
  if (isText && (tokenName.test(name) || (name === 'id' && around.at(-1) === 'token'))) return 'TOKEN';
  return null;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
