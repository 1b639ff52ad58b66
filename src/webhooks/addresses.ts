import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Networks where nothing of the public internet is (IANA's special-purpose registries), and where clouds keep their
 * metadata: what a gateway can reach there is not for those who write webhooks.
 */
const special = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    // Azure's own services, at an address that looks public.
    '168.63.129.16/32',
  ],
  // Also those with an IPv4 address in them: they would lead around the list above.
  ipv6: [
    '::/96',
    '::ffff:0:0/96',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
    '5f00::/16',
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
  ],
};

export type Resolve = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true, verbatim: true });

/** The address is one that webhooks may not reach. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  constructor() {
    super('the address is not allowed');
  }
}

/** Where webhooks may go. */
export class AddressRules {
  // Two lists: in one, `::ffff:0:0/96` would stand for every IPv4 address.
  private readonly forbidden = { ipv4: toBlockList(special.ipv4), ipv6: toBlockList(special.ipv6) };
  private readonly allowed: BlockList;

  /** @param networks in CIDR form, that are allowed beyond the public internet */
  constructor(
    private readonly networks: readonly string[],
    private readonly resolve: Resolve = resolveBySystem,
  ) {
    this.allowed = toBlockList(networks);
  }

  /** Whether any network is allowed beyond the public internet. */
  get hasNetworks(): boolean {
    return this.networks.length > 0;
  }

  /** @param encrypted whether the connection is; without it only the networks of the setting are reached */
  isAllowed(address: string, encrypted: boolean): boolean {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) return false;
    if (this.allowed.check(address, family)) return true;
    return encrypted && !this.forbidden[family].check(address, family);
  }

  /**
   * For `http.request`: the address that is checked is the one that is connected to, so a name that changes its mind in
   * between gains nothing. Of several addresses only the allowed ones are used.
   */
  lookup(encrypted: boolean): LookupFunction {
    return (host, options, callback) => {
      this.resolve(host).then(
        (found) => {
          const reachable = found.filter(({ address }) => this.isAllowed(address, encrypted));
          const [first] = reachable;
          if (!first) {
            callback(new ForbiddenAddress(), '', 4);
          } else if (options.all) {
            callback(
              null,
              reachable.map(({ address, family }) => ({ address, family })),
            );
          } else {
            callback(null, first.address, first.family);
          }
        },
        (error: unknown) => {
          callback(error as NodeJS.ErrnoException, '', 4);
        },
      );
    };
  }
}

/** @throws Error for what is no network */
export function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const all = family === 'ipv6' ? 128 : 32;
    list.addSubnet(address, bits === undefined ? all : Number(bits), family);
  }
  return list;
}

/** The host of a URL as an address; null if it is a name. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
}
