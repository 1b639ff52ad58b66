import type { Exchange } from '../exchange';

/** Segments of a path that are another run's ids. */
const id = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;

/** What `journal.assertCalls` expects: `PUT /v2/images/*\/tags/red 204`. Logins are not of a project, so they are left out. */
export function expectedCalls(exchanges: readonly Exchange[]): readonly string[] {
  return exchanges.flatMap(({ request, response }) => {
    const [path = ''] = request.target.split('?');
    if (response === null || /^\/v3(?:\/|$)/.test(path)) return [];
    const pattern = path.split('/').map((segment) => (id.test(segment) ? '*' : segment));
    return [`${request.method} ${pattern.join('/')} ${String(response.status)}`];
  });
}
