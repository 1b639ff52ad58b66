/**
 * Kubernetes sets variables for the namespace's Services in every container ("Discovering services" in its manual).
 * For a Service named `tagway`, or `tagway-database`, they look like settings of the gateway.
 */
const endings = /_(?:SERVICE_HOST|SERVICE_PORT|PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

export function isServiceLink(name: string, value: string | undefined): boolean {
  if (!name.startsWith('TAGWAY_')) return false;
  if (endings.test(name) || name.includes('_SERVICE_PORT_')) return true;
  // The only one that shares a setting's name.
  return name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value ?? '');
}
