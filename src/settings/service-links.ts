/**
 * Kubernetes gives every container variables for the Services of its namespace ("Discovering services" in its manual).
 * For a Service called `tagway`, or `tagway-database`, they look like settings of the gateway.
 */
const injected =
  /^TAGWAY_(?:[A-Z0-9_]+_)?(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/** The only one whose name is a setting's. */
const portUrl = /^TAGWAY_(?:[A-Z0-9_]+_)?PORT$/;

export function isServiceLink(name: string, value: string | undefined): boolean {
  return injected.test(name) || (portUrl.test(name) && /^(?:tcp|udp|sctp):\/\//.test(value ?? ''));
}
