/** What Keystone fills in, and `root`: where clients reach this gateway. */
const names =
  'root|tenant_id|project_id|user_id|public_bind_host|admin_bind_host|compute_host|admin_port|public_port|public_endpoint|admin_endpoint';

/** `%(name)s` or `$(name)s`, as Python's formats have them. A width begins behind the zeros, which are flags. */
const substitution = new RegExp(`%(?:\\((?:${names})\\))?[#0 +-]*(?:[1-9]\\d*)?(?:\\.\\d+)?[sra]|%%`, 'g');

/** Whether everything in the URL that is to be filled in can be. */
export function hasOnlyKnownPlaceholders(url: string): boolean {
  return !url.replaceAll('$(', '%(').replace(substitution, '').includes('%');
}
