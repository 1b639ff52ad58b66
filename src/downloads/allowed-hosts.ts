/** Ports of a rule that names none. */
const usualPorts: readonly string[] = ['80', '443'];

interface HostRule {
  /** `*` any, `*.example.org` any below it */
  readonly host: string;
  readonly ports: readonly string[];
}

/** Hosts that may be asked for data: `images.example.org`, `*.example.org`, `mirror:8080`, `*`. */
export class AllowedHosts {
  private readonly rules: readonly HostRule[];

  /** @param rules as settings/imports.ts takes them */
  constructor(rules: readonly string[]) {
    this.rules = rules.map(ruleOf);
  }

  allow({ protocol, hostname, port, username, password }: URL): boolean {
    if (protocol !== 'http:' && protocol !== 'https:') return false;
    if (username !== '' || password !== '') return false;
    const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
    const used = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
    return this.rules.some((rule) => rule.ports.includes(used) && matches(rule.host, host));
  }
}

function ruleOf(text: string): HostRule {
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase()) ?? [];
  return { host, ports: port === undefined ? usualPorts : [port] };
}

function matches(rule: string, host: string): boolean {
  if (rule === '*') return true;
  return rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;
}
